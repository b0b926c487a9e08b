"""Runs that can be resumed: no run is written over, and one goes on with the settings that it began with."""
from files import weights_file


def settings_of(args, free):
    """What decides the result of a run, as text, to compare before it is resumed.

    free  names of what may change: how it runs, not what it learns
    """
    return {key: str(value) for key, value in vars(args).items() if key not in free}


def read_checkpoint(args, free, load):
    """The state in OUT/last.pt to go on from; that of step 0 without --resume.

    load  reads the file
    """
    checkpoint = args.out / 'last.pt'
    if not args.resume:
        if checkpoint.exists():
            raise SystemExit(f'{checkpoint} exists: go on with --resume, or name another --out')
        return {'step': 0, 'elapsed': 0.0}
    if not checkpoint.exists():
        raise SystemExit(f'{checkpoint} is not there: there is no run to resume')
    state = load(weights_file(checkpoint))
    if 'settings' not in state:
        raise SystemExit(f'{checkpoint}: does not say with which settings it was run: begin at it with --init')
    for key, value in settings_of(args, free).items():
        if state['settings'].get(key) != value:
            raise SystemExit(f'{checkpoint}: was run with {key} {state["settings"].get(key)}, '
                             f'not {value}: repeat its settings, or begin at it with --init')
    return state
