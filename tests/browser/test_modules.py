"""The widget's parts that must hold for any input, each run in the browser."""

from playwright.sync_api import Page

from tests.server import Server

CUT_ANYWHERE = """async () => {
  const { EventParser } = await import('/widget/stream.js');
  const events = [];
  let text = '';
  for (let i = 0; i < 40; i++) {
    const end = ['\\n', '\\r\\n', '\\r'][i % 3];
    const lines = [': a comment', `id: ${i}`, 'data: {"n":', `data:  ${i}}`, 'nonsense', ''];
    if (i % 5 === 0) lines.unshift('event: typing', `retry: ${1000 + i}`);
    text += lines.map((line) => line + end).join('');
    events.push({ name: i % 5 === 0 ? 'typing' : 'message', data: `{"n":\\n ${i}}` });
  }
  const wanted = JSON.stringify(events);
  for (let round = 0; round < 300; round++) {
    const parser = new EventParser();
    const got = [];
    for (let at = 0; at < text.length; ) {
      const size = 1 + Math.floor(Math.random() * (round % 2 ? 3 : 60));
      got.push(...parser.push(text.slice(at, at + size)));
      at += size;
    }
    got.push(...parser.push('\\n'));
    if (JSON.stringify(got) !== wanted || parser.retry !== 1035) return { round, got };
  }
  return 'ok';
}"""

IN_ANY_ORDER = """async () => {
  const { Log } = await import('/widget/log.js');
  for (let round = 0; round < 500; round++) {
    const all = [];
    let prev = 0;
    for (let seq = 1; seq < 60; seq++) {
      if (Math.random() < 0.3) continue;
      all.push({ seq, prev });
      prev = seq;
    }
    const log = new Log();
    const shown = [];
    const bag = [...all, ...all, ...all];
    while (bag.length) {
      const some = [];
      for (let i = Math.random() * 4; i > 0 && bag.length; i--) {
        some.push(...bag.splice(Math.floor(Math.random() * bag.length), 1));
      }
      shown.push(...log.add(some));
      const known = new Set(shown.map(({ seq }) => seq));
      if (shown.some(({ prev }) => prev && !known.has(prev))) return 'shown before what comes before it';
    }
    if (log.gap || JSON.stringify(shown) !== JSON.stringify(all)) return { all, shown };
  }
  return 'ok';
}"""

HOLE = """async () => {
  const { Log } = await import('/widget/log.js');
  const log = new Log();
  log.add([{ seq: 1, prev: 0 }]);
  const early = log.add([{ seq: 5, prev: 3 }]).length;
  const gap = log.gap;
  const filled = log.add([{ seq: 3, prev: 1 }]).map(({ seq }) => seq);
  return [early, gap, filled, log.gap];
}"""

TEXT = """async () => {
  const { linked, fill, uuid } = await import('/widget/dom.js');
  const text = 'See https://shop.example/a?b=c&d=(e). Not javascript:alert(1), <b>nor</b> http://x.example/.';
  const parts = linked(text);
  const links = parts.filter((part) => part instanceof Element);
  const whole = parts.map((part) => part.textContent ?? part).join('');
  delete Crypto.prototype.randomUUID;
  const format = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  return [whole === text, links.map((link) => [link.href, link.rel]), fill('{a} of {b}{c}', { a: 0, b: '$&' }),
    format.test(uuid())];
}"""

FULL_FOR_ONCE = """async () => {
  const { Store } = await import('/widget/store.js');
  const { setItem, removeItem } = Storage.prototype;
  const full = () => { throw new DOMException('full', 'QuotaExceededError'); };
  const seen = [];
  for (const area of ['localStorage', 'sessionStorage']) {
    const store = new Store(area, 'here');
    const see = () => seen.push([store.value, window[area].getItem('here')]);
    const write = (value) => ((store.value = value), see());
    write('old');
    Storage.prototype.setItem = Storage.prototype.removeItem = full;
    write('A');
    write(null);
    write('B');
    Object.assign(Storage.prototype, { setItem, removeItem });
    write('C');
    window[area].setItem('here', '"another tab"');
    see();
    write(null);
  }
  return seen;
}"""


def test_events_are_read_however_the_stream_is_cut(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    assert page.evaluate(CUT_ANYWHERE) == "ok"


def test_the_log_shows_each_touchpoint_once_and_in_order_however_they_come(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    assert page.evaluate(IN_ANY_ORDER) == "ok"


def test_the_log_notices_a_hole_and_waits_for_what_fills_it(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    assert page.evaluate(HOLE) == [0, True, [3, 5], False]


def test_only_web_addresses_become_links_and_text_stays_text(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    links = [["https://shop.example/a?b=c&d=(e", "noopener"], ["http://x.example/", "noopener"]]
    assert page.evaluate(TEXT) == [True, links, "0 of $&", True]


def test_storage_that_was_full_once_is_believed_again(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    while_full = [["A", '"old"'], [None, '"old"'], ["B", '"old"']]
    after = [["C", '"C"'], ["another tab", '"another tab"'], [None, None]]
    assert page.evaluate(FULL_FOR_ONCE) == [["old", '"old"'], *while_full, *after] * 2
