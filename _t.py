import sys; sys.path.insert(0,"tests")
from pathlib import Path
from measuring.rendering import rendered
from measuring import handmade as hm
from measuring.pages import Pages
from measuring.gauge import Gauge, Told
if len(sys.argv)>1: rendered({"good":hm.packed(hm.parts())}, Path("/tmp/mz"))
T=hm.TEXT
told=Told(mark=(T["mark"],),number=T["number"],title="".join(T["title"]),addressees=T["addressees"],body=hm.BODY,organ=T["organ"],date=T["date"],copy=T["copy"],issued=T["issued"],issued_on=T["issued_on"],full=(2,3),headings={"一、总体要求":"黑体","（一）基本原则。":"楷体"})
import time; a=time.time()
with Pages(Path("/tmp/mz/pdf/good.pdf")) as p:
    g=Gauge(p,told)
    for d in g.deviations(): print(d)
    print(g.figures)
print(time.time()-a)
