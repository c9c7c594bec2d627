"""钱 Funds: who holds what. Money moves from pot to pot, one row a movement, put in by one person
and checked by another, never changed and never taken out; what came in, what went out and what is
left of a collection or a project follow from those rows. Around them stand what they rest on: boxes
and their counts, goods, lines of a bank's statement, months that are closed, and what was made
public.
"""
