import type { Dictionary } from './dictionary.ts';

export const enProblems: Dictionary['problems'] = {
  'disk.full':
    'The disk is full, and this was not kept. An administrator has to free space (the page Cameras shows where); then send it again.',
  'database.full':
    'The disk of the database is full: you can read and change nothing. It goes on by itself when an administrator has freed space.',
  'user.taken': 'This user name is taken: choose another.',
  'user.person-taken': 'This person has an account already: change that one.',
  'user.self': 'You cannot change your own rights: ask another administrator.',
  'user.beyond-own':
    'This account lies outside of your reach: ask an administrator of the company.',
  'user.version-conflict': 'Someone else has just changed this account: open it again.',
  'account-request.unknown': 'There is no such request, or its account lies outside of your reach.',
  'account-request.closed': 'The request is decided or over. Ask again where it is still needed.',
  'account-request.second-person':
    'Another account manager has to approve it, or the owner of the account gives a code.',
  'role.guarded':
    'The role has holders. Put the guarded right into a new role without holders, and grant that: each grant needs a second person.',
  'sealed.plain':
    'The file is not the one that was stored: the store was changed. Restore it from a backup and find out who.',
  'notice.code-wrong': 'That is not the code of the newest mail; five wrong ones end it.',
  'notice.code-over': 'The code no longer counts. Have a new one sent.',
  'notice.mail-failed': 'The mail could not be sent. Check the address, or ask an administrator.',
  'model.evidence':
    'The result of the bench is not of these weights. Attach the file that a bench of them wrote.',
  'model.bench-missed':
    'The bench missed its target. Say why the version is put to use all the same, or attach a result that held.',
  'model.still-running':
    'The version still judges cameras. Let the workers load another one first.',
  'model.already-so': 'The version is in this state already. Reload the page.',
  'model.review-open': 'A review is open already. Close that one first.',
  'model.setting-conflict': 'Another user has just changed the settings. Open them again.',
  'model.purpose-off':
    'The purpose of improving the detectors is switched off, so no pictures leave. Ask the privacy office.',
  'model.export-too-large': 'Too many verdicts. Choose a shorter time or some rules.',
  'role.in-use': 'The role is held by someone: take it from its holders first.',
  'role.seeded': 'A built-in role cannot be deleted; take its permissions away instead.',
  'role.last-manager':
    'At least one account must be able to manage roles: give "Manage roles" to another account first.',
  'role.conflict': 'These rights must not lie in one hand.',
  'review.open': 'A review is open already: decide its cases first.',
  'review.closed': 'This review is closed: open a new one.',
  'review.role-gone':
    'The account no longer has this role. Choose Remove; if it is needed, ask for it again.',
  'review.self': 'Your own rights are reviewed by someone else.',
  'feature.off':
    'This module is switched off; its data are kept. Ask an administrator to switch it on.',
  'feature.required': 'A required module cannot be switched off.',
  'feature.needs': 'Switch the modules that it depends on on first.',
  'feature.needed': 'Other modules need it: switch those off first.',
  'department.loop': 'A department cannot lie below itself.',
  'person.number-taken': 'Another person has this employee number.',
  'person.national-id-taken':
    'Another person has this identity number: look whether they are on record.',
  'person.version-conflict': 'Someone else has just changed this file: open it again.',
  'person.left': 'This person has left: record their return first.',
  'person.reveal-too-often': 'Too many sensitive fields were revealed: try again later.',
  'sealed.key-missing':
    'The keys are not there, so sensitive fields cannot be opened: ask the key custodian.',
  'auth.password-due': 'Choose a password of your own first.',
  'timeline.kind-unknown': 'There is no such kind of event.',
  'setting.invalid': 'The setting does not take this value.',
  'setting.too-large': 'The setting is too large: 16 KiB at most.',
  'setting.version-conflict': 'It was set in another window meanwhile.',
};
