import { AccountView } from './account.js';
import { AuditView } from './audit.js';
import { TeamView } from './team.js';

/** The pages beside the conversations, by the name in their address. */

/** @param {string} role @returns {[string, string][]} address and words of the pages a role may open */
export function pagesFor(role) {
  const supervises = role === 'supervisor' || role === 'admin';
  /** @type {[string, string][]} */
  const more = [
    ['#overview', 'Overview'],
    ['#team', 'Staff'],
    ['#audit', 'Audit'],
    ['../cx/', 'Customer experience'],
  ];
  return [...(supervises ? more : []), ['#account', 'Your account']];
}

const VIEWS = { account: AccountView, audit: AuditView, team: TeamView };

/** @param {string} name @param {import('./api.js').AgentApi} api */
export function pageOf(name, api) {
  return VIEWS[name] ? new VIEWS[name](api) : null;
}
