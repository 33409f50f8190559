import sys; sys.path.insert(0,"tests")
from pathlib import Path
from typesetter import read, made
from measuring.rendering import rendered
from measuring.pages import Pages
from measuring.gauge import Gauge
from measuring.telling import told
cs=[Path("tests/cases/gongwen")/f"{n}.md" for n in sys.argv[1:]] or sorted(Path("tests/cases/gongwen").glob("*.md"))
cs=[c for c in cs if c.stem!="README"]
docs={}
for c in cs:
    try: docs[c.stem]=made(c,Path(__import__("tempfile").mkdtemp()))
    except Exception as e: print("!!",c.stem,type(e).__name__,e, getattr(e,"findings",""))
out=rendered(docs, Path("/tmp/mz2"))
for n,p in out.items():
    with Pages(p) as P:
        print("==",n,len(P.pages))
        g=Gauge(P,told(read(Path("tests/cases/gongwen")/f"{n}.md")))
        for d in g.deviations(): print("  ",d)
        if n in("通知-足墨",): print(P.pages[-1].ruled)
