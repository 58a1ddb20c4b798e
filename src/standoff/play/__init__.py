"""Seats and sessions: a crisis played by people and by the model, logged, and looked back upon."""
