"""地 places: the tree 街道 → 社区 → 片区 → 小区 → 楼栋, the communities, and assets.

A community is the tenant: every row above names one and never changes it.
"""
