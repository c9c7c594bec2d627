"""工具 kit: pure Python with no models: tables of moves, the frozen Actor, time, text, masking."""
