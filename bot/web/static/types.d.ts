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
    /** Whether the shop can send e-mail. */
    mail?: boolean;
    form?: typeof import('./widget/mail.js').MailForm;
    max_length?: number;
    texts?: Partial<Texts>;
}

interface Actor {
    kind: 'customer' | 'bot' | 'agent' | 'system';
    name?: string;
    /** An agent's, for staff. */
    id?: string;
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
    /** Whom `conversation.transferred` gives it to, and who has it from then on. */
    to?: 'agent' | 'skill';
    agent?: { name?: string };
    /** By when somebody who waits out of hours gets an answer. */
    promised_by?: string;
    rated_episode?: number;
    survey_kind?: SurveyKind;
    /** The lowest and the highest score. */
    scale?: [number, number];
    score?: number;
    comment?: string;
}

/** How long a wait usually is, in seconds. */
interface Wait {
    low_s: number;
    high_s: number;
}

/** GET …/queue, and the event `queue` of the stream. */
interface Place {
    /** Null for who doesn't wait. */
    place: number | null;
    wait: Wait | null;
    promised_by?: string;
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
    /** Another try is no use. */
    final?: boolean;
    /** An agent's, for colleagues only. */
    note?: boolean;
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
    final?: boolean;
    editable?: boolean;
}

type Owner = 'bot' | 'queued' | 'assigned';

interface View {
    entries: Entry[];
    owner: Owner;
    /** Who has the conversation, where the owner is `assigned`. */
    agent: string;
    /** The place in the queue, and how long the wait usually is; absent where unknown. */
    place?: number | null;
    wait?: Wait | null;
    /** By when they get an answer, where that was promised. */
    promised_by?: string;
    /** There is a conversation. */
    begun: boolean;
    /** The customer may not write any more. */
    blocked?: unknown;
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
    typing(): void;
    reply(reply: Reply): void;
    retry(client_id: string): void;
    edit(client_id: string): void;
    leave(): void;
    /** Without a comment at once; then, if the customer has one, with it. */
    rate(survey: Survey, score: number, comment?: string): void;
    note(survey: Survey, what: 'shown' | 'dismissed'): void;
    /** A copy of the conversation, or an address to answer to. */
    mail(call: string, body: { client_id: string; email: string }): Promise<unknown>;
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
    /** RFC 3339; absent where there is no target, or it is met. */
    first_reply_due?: string;
    resolution_due?: string;
    at_risk?: '' | 'warning' | 'missed';
    /** How long the customer of an assigned conversation has been waiting for a word. */
    unanswered_s?: number | null;
    /** Of an assigned one: whether a person has written since the hand-off. */
    replied?: boolean;
    /** Only in the page: it is no longer in the queue, and stays on show while somebody reads. */
    gone?: boolean;
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
    /** The intent that was the next likeliest. */
    runner_up?: string;
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
    /** Forms and guides that they were in the middle of. */
    unfinished?: string[];
    /** Milliseconds since the Unix epoch. */
    promised_at?: number;
    out_of_hours?: boolean;
    /** `conversation.assigned`, `.transferred`, `assignment.expired`: whose it is, or was. */
    agent_id?: string;
    /** Who had it, of what a person has done. */
    from?: string;
    method?: 'claimed' | 'automatic' | 'given';
    /** `intent.corrected` */
    corrected_seq?: number;
    was?: string;
    /** `episode.closed` */
    outcome?: string;
}

type NameOf = (id: string | undefined) => string;

/** GET /api/agent/conversations/{id} */
interface History {
    conversation_id: string;
    owner: Owner | 'closed';
    agent?: { id: string; name: string } | null;
    intent?: string | null;
    reason?: string | null;
    skill?: string | null;
    customer: {
        customer_ref: string;
        name?: string;
        email?: string;
        locale?: string;
        details?: Record<string, any>;
        /** Others of the same customer, the newest first. */
        conversations?: Episode[];
        /** Of this conversation, the oldest first. */
        episodes?: Episode[];
        journey?: Step[];
    };
    /** Others who look at it now. */
    watching?: { id: string; name: string }[];
    /** The last `seq` that the customer has seen, 0 where that isn't known. */
    customer_read?: number;
    blocked?: boolean;
    touchpoints: StaffTouchpoint[];
}

/** One of the customer's conversations, or an episode of this one. */
interface Episode {
    conversation_id?: string;
    started: string;
    closed?: string | null;
    intents?: string[];
    outcome?: string | null;
    rating?: number | null;
    scale?: number[];
    /** Whether this agent may read it. */
    may_open?: boolean;
}

/** A touchpoint of the customer outside of their conversations. */
interface Step {
    time: string;
    type: string;
    stage?: string;
    words?: string;
}

type Act =
    | 'claim'
    | 'takeover'
    | 'messages'
    | 'notes'
    | 'transfer'
    | 'return'
    | 'resolve'
    | 'intent'
    | 'assign'
    | 'block'
    | 'unblock';

/** GET /api/agent/conversations?query= */
interface Found {
    conversation_id: string;
    customer_name?: string;
    snippet?: string;
    /** Where the words that were searched for stand in the snippet. */
    marks?: [number, number][];
    time: string;
    owner: History['owner'];
}

interface Suggestion {
    intent: string;
    title?: string;
    confidence: number;
    text: string;
}

/** A canned reply; `{name}` and the like are places for values. */
interface Canned {
    name: string;
    title: string;
    text: string;
}

type Status = 'online' | 'away' | 'offline';

/** GET /api/agent/presence */
interface Presences {
    me: { status: Status; automatic: boolean; capacity: number };
    agents: { id: string; name: string; status: Status; load: number; capacity: number; skills: string[] }[];
    /** What a conversation can be passed to, with how many are online who have it. */
    skills: { skill: string; online: number }[];
}

/** GET /api/agent/overview */
interface Overview {
    agents: (Presences['agents'][number] & {
        since?: string;
        automatic: boolean;
        /** Only where figures about single agents are switched on. */
        figures?: { handled: number; median_reply_s: number | null };
    })[];
    skills: {
        skill: string;
        waiting: number;
        longest_s: number;
        assigned: number;
        warning: number;
        missed: number;
    }[];
    at_risk: Row[];
}

/** What an agent has chosen for this browser. */
interface ChoiceValues {
    theme: 'system' | 'light' | 'dark';
    /** Single keys do something outside of text fields. */
    keys: boolean;
    desktop: boolean;
    sound: boolean;
}
