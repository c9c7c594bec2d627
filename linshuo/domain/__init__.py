"""The domain holds facts and rules and knows no HTTP; each room imports only the rooms below it."""
