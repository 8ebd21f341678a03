import pytest
from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE
from sqlalchemy import text
pytestmark = pytest.mark.anyio
async def test_p(desk: MailDesk) -> None:
    for q in ("select to_tsquery('simple', unaccent('x½ & kilo:*'))","select to_tsquery('simple', unaccent('ab½½½:*'))", "select to_tsquery('simple', unaccent('ŉabc:*'))", "select to_tsquery('simple', unaccent('ʼabc:*'))","select (websearch_to_tsquery('simple', unaccent('x½ kilo'))::text || ':*')::tsquery", "select websearch_to_tsquery('german', 'heating -boiler')","select websearch_to_tsquery('simple', 'foo-bar x½')", "select websearch_to_tsquery('simple', '') && to_tsquery('a')", "select !! websearch_to_tsquery('simple', 'a b')",
      "select to_tsvector('simple', string_agg(x, ' ')) is not null from (select chr(131072+(i%40000)) || chr(131072+((i*7)%41000)) as x from generate_series(1,66000) i) t",
      "select ts is not null from (select to_tsvector('simple', string_agg(x, ' ')) || to_tsvector('simple', string_agg(x, ' ')) as ts from (select chr(131072+(i%40000)) || chr(131072+((i*7)%41000)) as x from generate_series(1,66000) i) t) u",
      "select ts is not null from (select to_tsvector('simple', string_agg(x, ' ')) || to_tsvector('russian', string_agg(x, ' ')) as ts from (select substr(md5(i::text),1,5) as x from generate_series(1,33000) i) t) u"):
        try:
            async with desk.works.open(desk.org, MACHINE) as w:
                print(q, (await w.db.execute(text(q.replace(":*","\\:*").replace("::","\\:\\:")))).scalar())
        except Exception as e:
            print(q, "FAILED", str(e)[:150])
