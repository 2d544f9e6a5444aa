from tests.office import *
from workflows.open import open_case
from workflows.advance import advance
from workflows.request import request, answer
def test_thread(office):
    case = office.do(open_case, "small", answers={"informed_on":"2026-03-01"}, agencies=(FIFE,POLICE))
    case = office.do(advance, case.ref, "gather")
    case = office.do(request, case.ref, "report", (FIFE,))
    office.later(days=20); print(office.sweep(), office.deliver())
    case = office.do(answer, case.ref, FIFE)
    case = office.do(advance, case.ref, "consider")
    print(case.dossier.deadlines)
