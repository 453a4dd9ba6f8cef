/** Every state that is shown, in the order of the index, with what it shows. A new one: a line here, and a `take` in a scene. */
export const groups = {
  Home: {
    home: 'Before anything',
    'home-hovering': 'Files are held over the page',
    'taking-in': 'Dropped; the engine comes up',
    'home-shares': 'With shares of this browser',
    'delete-question': 'Before a share is deleted',
    handed: 'Passed on by another app',
    shares: 'Your shares',
    'shares-empty': 'Your shares, before the first',
    'home-arabic': 'From right to left',
  },
  Sender: {
    'link-ready': 'The link is ready, nobody is here yet',
    preparing: 'A large file is being prepared',
    'someone-joined': 'Somebody opened the link',
    sending: 'Sending',
    sent: 'Everyone here has everything',
    'from-file': 'Too little space for a copy of the files',
    'files-needed': 'Reloaded: the files are needed again',
    stopped: 'Stopped',
    options: 'Options before the drop',
    'end-question': 'Before a share is ended for good',
    ended: 'Ended',
  },
  Receiver: {
    passphrase: 'A passphrase is asked for',
    opening: 'The link was opened; before the engine is here',
    connecting: 'Reaching the server',
    'nobody-here': 'Nobody is here yet',
    'file-list': 'The list of files',
    'one-file': 'One file',
    'space-note': 'The download may not fit',
    transferring: 'Receiving',
    missing: 'Parts are missing: who had them left',
    'storage-full': 'No space is left',
    complete: 'Everything is here and saved',
    'ended-for-guests': 'Ended by its sender',
    viewer: 'A picture is shown in the page',
    'existing-file': 'A file exists in the chosen folder',
    'room-arabic': 'From right to left',
  },
  Swarm: {
    swarm: 'The room as it is, while four exchange files',
    'swarm-table': 'The same as a table',
  },
  Trouble: {
    'wrong-link': 'This is not a link',
    'server-offline': 'The server does not answer',
    'opening-away': 'The same, and what opens a link is not here yet',
    offline: 'The device is offline',
    unsupported: 'The browser lacks what is needed',
    insecure: 'Plain http on another host',
    'not-found': 'No such page',
    diagnosis: 'What was tested: all is fine here',
    'diagnosis-server': 'What was tested: the server is away',
  },
  Nearby: {
    nearby: 'Before being seen',
    'nearby-alone': 'Nobody else yet',
    'nearby-people': 'Whom to hand the link to',
    'nearby-compare': 'Both compare four pictures',
    'nearby-asked': 'Somebody wants to hand a link over',
  },
} as const;

type Groups = typeof groups;
export type State = { [Group in keyof Groups]: keyof Groups[Group] }[keyof Groups];

export const states = Object.values(groups).flatMap((group) => Object.entries(group)) as [State, string][];
