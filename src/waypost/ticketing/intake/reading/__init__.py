"""Raw mail bytes become clean values: pure, without database or network, one small file per noun."""
