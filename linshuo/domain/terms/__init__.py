"""词 terms: the index of words over what was said. It holds bare ids and is written in the
transaction of the row it speaks of, so a search never lags behind and no page that reads writes.

The scope is part of every term: community 12's 路灯 and community 13's are two different terms.
No query of one community can meet a row of another, and a cap applies inside the scope.
"""
