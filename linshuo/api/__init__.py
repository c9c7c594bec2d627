"""机器 api: what machines ask. So far only whether the house stands."""
