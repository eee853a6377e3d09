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

AUDIT_WORDS = """async () => {
  const { factsOf } = await import('/agent/facts.js');
  const who = (id) => ({ a: 'Anna', b: 'Ben' })[id] ?? 'A former account';
  return [
    { type: 'conversation.assigned', agent_id: 'a', method: 'automatic' },
    { type: 'conversation.transferred', from: 'a', agent_id: 'b', method: 'given' },
    { type: 'conversation.transferred', from: 'a', skill: 'order_help' },
    { type: 'conversation.taken_over', from: 'a', agent_id: 'b' },
    { type: 'assignment.expired', agent_id: 'a', reason: 'late', skill: 'general' },
    { type: 'agent.presence_changed', status: 'online', reason: 'chosen', automatic: true },
    { type: 'agent.presence_changed', status: 'offline', reason: 'lost' },
    { type: 'account.changed', role: 'supervisor', was: 'agent' },
  ].map((facts) => factsOf(facts, who));
}"""

WHY_LOST = """async () => {
  const { lossOf } = await import('/agent/losses.js');
  const system = { kind: 'system' };
  const at = (minute) => new Date(minute * 60_000).toISOString();
  const got = { type: 'conversation.assigned', agent_id: 'me', actor: { kind: 'agent', id: 'me' }, time: at(0) };
  const late = { type: 'assignment.expired', agent_id: 'me', reason: 'late', actor: system };
  const wrote = { type: 'message.sent', actor: { kind: 'agent', id: 'me' }, time: at(5) };
  const asked = { type: 'message.received', actor: { kind: 'customer' } };
  const otto = { kind: 'agent', id: 'otto', name: 'Otto' };
  return [
    [got, { ...late, time: at(10) }],
    [got, { ...asked, time: at(1) }, wrote, { ...asked, time: at(7) }, { ...late, time: at(17) }],
    [got, { ...late, reason: 'absent', time: at(3) }, { ...got, agent_id: 'otto', time: at(4) }],
    [got, { type: 'conversation.taken_over', agent_id: 'otto', from: 'me', actor: otto }],
    [got, { type: 'conversation.transferred', agent_id: 'ben', from: 'me', actor: otto }],
    [got, { type: 'conversation.transferred', agent_id: 'ben', from: 'me', actor: { kind: 'agent', id: 'me' } }],
    [got, { ...late, time: at(10) }, { ...got, time: at(11) }, { type: 'episode.closed', actor: system }],
    [got, { ...late, reason: 'released', time: at(3) }],
  ].map((all) => lossOf(all, 'me', 'Kim', () => 'Ben'));
}"""

HURRIED = """async () => {
  const { Outbox } = await import('/widget/outbox.js');
  const { Problem } = await import('/widget/api.js');
  const times = [];
  const deliver = async () => {
    times.push(performance.now());
    if (times.length === 1) throw new Problem(0);
  };
  const outbox = new Outbox([], deliver, () => {});
  outbox.push({ text: 'Hello' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  outbox.pause.hurry();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return [times.length, outbox.items.length];
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

LATE_ANSWER = """async () => {
  const { Stream } = await import('/widget/stream.js');
  const states = [];
  let answer = () => {};
  let tries = 0;
  const stream = new Stream({
    connect: (signal) => {
      if (tries++) return Promise.reject(new TypeError('offline'));
      return new Promise((resolve) => (answer = () => resolve(new Response(new ReadableStream({})))));
    },
    event: () => {},
    state: (live) => states.push(live),
    lost: () => states.push('lost'),
  });
  stream.start();
  dispatchEvent(new Event('offline'));
  answer();
  await new Promise((resolve) => setTimeout(resolve, 300));
  stream.stop();
  return { ended: states.at(-1), live: states.includes(true) };
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


def test_the_audit_says_in_words_from_whom_to_whom_and_why(page: Page, server: Server) -> None:
    page.goto(f"{server.url}agent/")
    assert page.evaluate(AUDIT_WORDS) == [
        "to Anna; automatically",
        "from Anna to Ben",
        "from Anna to the queue “Order help”",
        "from Anna to Ben",
        "from Anna; not answered in time",
        "Online; assigned to automatically",
        "Offline; no sign of life",
        "role: supervisor; was: agent",
    ]


def test_an_agent_is_told_why_a_conversation_is_lost_but_not_of_their_own_doing(page: Page, server: Server) -> None:
    page.goto(f"{server.url}agent/")
    assert page.evaluate(WHY_LOST) == [
        "Kim went back to the queue: not answered for 10 min.",
        "Kim went back to the queue: not answered for 10 min.",
        "Kim went back to the queue: your page gave no sign of life.",
        "Otto has taken over Kim.",
        "Otto has given Kim to Ben.",
        "",
        "",
        "",
    ]


def test_what_waits_for_its_next_try_leaves_at_once_when_the_server_is_back(page: Page, server: Server) -> None:
    page.goto(f"{server.url}agent/")
    assert page.evaluate(HURRIED) == [2, 0]


def test_an_answer_that_was_on_its_way_when_the_line_went_is_no_sign_of_it(page: Page, server: Server) -> None:
    page.goto(f"{server.url}agent/")
    assert page.evaluate(LATE_ANSWER) == {"ended": False, "live": False}
