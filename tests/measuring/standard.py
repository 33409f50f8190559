"""GB/T 9704-2012 in millimetres and points, written down for the measuring program alone.

No number here is taken from the builder. 实务 and 推算 say that the standard leaves it open.
"""

PAPER = (210.0, 297.0)  # 5.1
TOP, LEFT = 37.0, 28.0  # 5.2.1
WIDTH, HEIGHT = 156.0, 225.0  # 5.2.1
RIGHT, BOTTOM = LEFT + WIDTH, TOP + HEIGHT  # the edges of 版心, from the left and the top
LINES, CHARS = 22, 28  # 5.2.3
NEAR = 1.0  # mm: what 5.2.1 and 6.1 allow, and what every place is measured against
CHAR = WIDTH / CHARS  # mm: a character of 三号 as set
LINE = HEIGHT / LINES  # mm: a line with what stands between it and the next
POINT = 25.4 / 72  # mm
BASELINE = 0.8  # of a line of fixed height stands above the baseline: so LibreOffice sets it
BODY, TITLE, SMALL = 16.0, 22.0, 14.0  # pt: 三号, 二号, 四号
MARK_TOP = {"文件": TOP + 35, "纪要": TOP + 35, "命令": TOP + 20, "信函": 30.0}  # 7.2.4, 10
RULE_BELOW = 4.0  # 7.2.7, 10.1
RULE_WEIGHT = (0.3, 0.9)  # mm: 实务
LETTER_FOOT, LETTER_WIDTH = 297.0 - 20.0, 170.0  # 10.1
IMPRINT_THICK, IMPRINT_THIN = 0.35, 0.25  # 7.4.1
DASH = BOTTOM + 7.0  # 7.5
TITLE_CHARS = 20  # 推算
