/** What crosses the wire, and the shapes the widget and the agent page pass around. For the editor and `tsc` only. */

type Texts = typeof import('./widget/texts.js').en;

interface Reply {
    title: string;
    payload: string;
}

/** GET /api/widget */
interface Config {
    bot: { name: string };
    locale: string;
    dir?: 'ltr' | 'rtl';
    greeting: string;
    starters: Reply[];
    person?: Reply;
    hours?: { open: boolean };
    privacy_url?: string;
    max_length?: number;
    texts?: Partial<Texts>;
}

interface Actor {
    kind: 'customer' | 'bot' | 'agent' | 'system';
    name?: string;
}

interface Touchpoint {
    seq: number;
    /** The `seq` of the visible touchpoint before this one; 0 where there is none. */
    prev: number;
    id: string;
    type: string;
    /** ISO 8601, UTC */
    time: string;
    actor: Actor;
    text?: string;
    quick_replies?: Reply[];
    client_id?: string;
    place?: number;
    /** By when somebody who waits out of hours gets an answer. */
    promised_by?: string;
    rated_episode?: number;
    survey_kind?: SurveyKind;
    /** The lowest and the highest score. */
    scale?: [number, number];
    score?: number;
    comment?: string;
}

type SurveyKind = 'csat' | 'ces' | 'nps';

/** The body of a rating, beside its `client_id`. */
interface Rating {
    episode?: number;
    kind?: SurveyKind;
    score?: number;
    comment?: string;
}

/** A question for a rating that is open; with a `score` only a comment is. */
type Survey = Touchpoint & Rating;

/** POST /api/conversations */
interface Begun {
    conversation_id: string;
    token: string;
    touchpoints: Touchpoint[];
}

/** What the browser remembers of a conversation. */
interface Saved {
    conversation_id: string;
    token: string;
    /** Touchpoints up to this `seq` have been seen. */
    read?: number;
    /** The last question for a rating that was on screen, and the last that was skipped. */
    shown?: number;
    dismissed?: number;
}

/** One that the customer has sent and the server has not acknowledged. */
interface Message {
    client_id: string;
    time: string;
    text?: string;
    payload?: string;
    title?: string;
    feedback?: Rating;
    /** A try has failed and another follows. */
    late?: boolean;
    /** Why the server refuses it; nothing follows until the customer says so. */
    failed?: string;
}

/** One line or bubble of the thread. */
interface Entry {
    key: string;
    kind: Actor['kind'];
    name: string;
    time: string;
    text: string;
    /** The one before is by the same author at about the same time. */
    follows?: boolean;
    /** Another comes at about the same time, and shows it. */
    followed?: boolean;
    state?: 'sending' | 'late' | 'failed';
    failed?: string;
    editable?: boolean;
}

type Owner = 'bot' | 'queued' | 'assigned';

interface View {
    entries: Entry[];
    owner: Owner;
    /** Who has the conversation, where the owner is `assigned`. */
    agent: string;
    /** The place in the queue when the customer joined it; 0 where unknown. */
    place: number;
    /** By when they get an answer; empty where nothing was promised. */
    promise: string;
    replies: Reply[];
    survey: Survey | null;
}

interface ConversationOn {
    context(): { locale: string; page: string };
    changed(fresh: Touchpoint[]): void;
    typing(actor: { name?: string }): void;
    error(problem: unknown): void;
}

interface StreamOn {
    /** Asks for what comes after the last one seen. */
    connect(signal: AbortSignal): Promise<Response>;
    event(name: string, data: any): void;
    /** False only when it has been down for a moment. */
    state(live: boolean): void;
    /** Coming back is no use. */
    lost(): void;
}

interface PanelOn {
    close(): void;
    send(text: string): void;
    reply(reply: Reply): void;
    retry(client_id: string): void;
    edit(client_id: string): void;
    leave(): void;
    /** Without a comment at once; then, if the customer has one, with it. */
    rate(survey: Survey, score: number, comment?: string): void;
    note(survey: Survey, what: 'shown' | 'dismissed'): void;
}

interface PanelState {
    live: boolean;
    loading: boolean;
    /** A line above the composer; `again` is what its button does. */
    notice: { text: string; again?: () => void };
    typing: string;
}

interface Window {
    botWidget?: Record<string, (...values: any[]) => void>;
}

/** GET /api/agent/session */
interface Session {
    account: { id: string; email: string; name: string; role: string; skills: string[] };
    csrf: string;
}

interface Row {
    conversation_id: string;
    skill: string;
    priority: number;
    reason: string;
    intent?: string | null;
    waiting_s: number;
    place?: number | null;
    first_line?: string;
    customer_name?: string;
    /** By when an answer was promised, RFC 3339. */
    promised_by?: string;
    /** Of the last message, from -1 (upset) to 1. */
    mood?: number;
    agent?: { id: string; name: string };
}

/** GET /api/agent/queue */
interface Queue {
    waiting: Row[];
    assigned: Row[];
}

/** A touchpoint as staff see it. */
interface StaffTouchpoint extends Omit<Touchpoint, 'prev'> {
    intent?: string;
    confidence?: number;
    in_scope?: boolean;
    alternatives?: { intent: string; confidence: number }[];
    reason?: string;
    skill?: string;
    mood?: number;
    /** `slot.filled` */
    slot?: string;
    value?: string;
    emptied?: boolean;
    /** `action.called` */
    action?: string;
    found?: boolean;
    failed?: boolean;
    /** `handoff.requested` */
    summary?: { asked?: string; last?: string; slots?: Record<string, string> };
    /** Steps and calls, as `guide/step` and `action/result`. */
    tried?: string[];
    answers?: string[];
    /** Milliseconds since the Unix epoch. */
    promised_at?: number;
    out_of_hours?: boolean;
}

/** GET /api/agent/conversations/{id} */
interface History {
    conversation_id: string;
    owner: Owner | 'closed';
    agent?: { id: string; name: string } | null;
    intent?: string | null;
    reason?: string | null;
    skill?: string | null;
    customer: { customer_ref: string; name?: string; locale?: string };
    touchpoints: StaffTouchpoint[];
}
