"""The workbench: a local page over the same functions as the command line."""
