/** What goes wrong in the modules: status, title, and what to do. */
export const moduleProblems = {
  'violation.unknown': [404, 'There is no such violation', 'It may belong to another company.'],
  'violation.version-conflict': [
    409,
    'Someone else reviewed this violation meanwhile',
    'Look at the row in current, and decide again with its version.',
  ],
  'violation.already-so': [
    409,
    'The violation already has this status',
    'Reload it; to change a verdict, reopen it first.',
  ],
  'evidence.unknown': [
    404,
    'There is no such evidence',
    'A clip follows its violation by seconds.',
  ],
  'evidence.digest': [
    422,
    'The bytes do not have the digest in the address',
    'Send the file again, with the SHA-256 of its bytes in the address.',
  ],
  'evidence.content': [
    422,
    'The bytes are not what the content type says',
    'Send a JPEG picture, an MP4 video or JSON, each with its own content type.',
  ],
  'evidence.too-large': [413, 'The file of evidence is too large', 'Send a shorter clip.'],
  'evidence.no-space': [
    507,
    'The disk of the evidence store is full',
    'Free space in ANSHI_DATA_DIR or give it a larger disk; workers send again by themselves.',
  ],
  'camera.unknown': [404, 'There is no such camera', 'Check the id against cameras.yaml.'],
  'floor-plan.unknown': [
    404,
    'There is no such floor plan picture',
    'Name an image for the floor plan in cameras.yaml and put the file beside it.',
  ],
  'live.unavailable': [
    503,
    'The camera cannot be watched now',
    'See the health of the camera; it is watchable again when its worker is online.',
  ],
  'live.refused': [502, 'The camera worker refused the live view', 'Try again in a moment.'],
  'live.session-unknown': [404, 'There is no such live session', 'It may have ended already.'],
  'department.loop': [
    409,
    'A department cannot lie below itself',
    'Name a parent that is not one of its own departments.',
  ],
  'area.unknown': [404, 'There is no such area', 'Check the id against /areas.'],
  'equipment.unknown': [404, 'There is no such machine', 'Check the id against /equipment.'],
  'person.unknown': [404, 'There is no such person', 'They may lie outside of what you may see.'],
  'person.number-taken': [
    409,
    'Another person has this employee number',
    'Look that person up, or give another number.',
  ],
  'person.national-id-taken': [
    409,
    'Another person has this identity number',
    'Look that person up by the number: they may be on record already.',
  ],
  'person.version-conflict': [
    409,
    'Someone else changed this person meanwhile',
    'Look at the row in current, and change it again with its version.',
  ],
  'person.left': [
    409,
    'The person has left',
    'A person who comes back is set active again before anything else is changed.',
  ],
  'person.reveal-too-often': [
    429,
    'Too many sensitive fields were revealed',
    'Wait for the seconds named in the header retry-after, then try again.',
  ],
  'person.nothing-sealed': [404, 'This field is empty', 'Nothing was entered for this person.'],
  'badge.taken': [
    409,
    'Somebody else wears this badge',
    'End that binding first, with the time at which the badge was handed back.',
  ],
  'badge.unknown': [404, 'There is no such badge of this person', 'It may be handed back already.'],
  'consent.purpose-unknown': [404, 'There is no such purpose', 'See /consent-purposes.'],
  'consent.notice-old': [
    409,
    'The notice was changed meanwhile',
    'Show the version in current, and ask again.',
  ],
  'privacy.unknown': [404, 'There is no such entry', 'See /privacy/register.'],
  'privacy.version-conflict': [
    409,
    'Someone else changed this entry meanwhile',
    'Look at the entry in current, and change it again with its version.',
  ],
  'data-request.unknown': [404, 'There is no such request', 'See /privacy/requests.'],
  'data-request.decided': [409, 'The request is decided already', 'The person can make a new one.'],
  'evidence.purged': [
    410,
    'The file was removed at the end of its term',
    'Its record stays; the proof of the removal is at /privacy/purges.',
  ],
  'hazard.unknown': [404, 'There is no such hazard', 'It may lie outside what you may see.'],
  'hazard.exists': [
    409,
    'This id belongs to another report',
    'Make a new ULID for a new report; send an old one again with its own.',
  ],
  'hazard.type-unknown': [
    422,
    'There is no such type of hazard',
    'Take one of GET /api/v1/hazard-types that is active.',
  ],
  'hazard.place-unknown': [
    422,
    'There is no such place',
    'Name a site, an area of that site and a floor plan that the registry has.',
  ],
  'hazard.needs-media': [
    422,
    'The files are neither photo nor video',
    'Show the hazard in a photo or video, or describe it in words.',
  ],
  'hazard.evidence-reused': [
    422,
    'This file was handed in before',
    'Take a new photo or video of the place as it is now; a picture of a report proves no rectification.',
  ],
  'hazard.routing-conflict': [
    409,
    'Someone else changed the routing meanwhile',
    'Load the table again and repeat the change on it.',
  ],
  'hazard.penalty-exists': [
    409,
    'This was decided before',
    'There is one decision of a kind for a hazard and a person; see the list of decisions.',
  ],
  'hazard.penalty-unknown': [404, 'There is no such decision', 'It may be about someone else.'],
  'hazard.due-date': [
    422,
    'The time limit has passed already',
    'Choose a day that is still to come, within a year.',
  ],
  'violation.not-confirmed': [
    409,
    'The violation is not confirmed',
    'Review it first: only a confirmed violation becomes a hazard.',
  ],
} as const;
