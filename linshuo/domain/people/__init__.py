"""人 people: accounts and organisations, which are global; persons, partnerships, appointments and
consents, which belong to one community. A member who lives here and works there is two persons
under one account, each with its own consent.
"""
