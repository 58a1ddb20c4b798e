"""Documents that an analyst works from: read, kept, searched, cited."""
