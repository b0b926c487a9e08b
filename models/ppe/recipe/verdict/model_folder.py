"""The folder of an improved model: the detector as it is, the new classifier, and a card that says how it came about."""
import hashlib
import shutil
import subprocess
from pathlib import Path

import yaml

from shared import weights_file


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def read_card(folder):
    """The card of a model with a classifier."""
    path = Path(folder, 'card.yaml')
    try:
        card = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise SystemExit(f'{path}: cannot be read: {error}')
    if not isinstance(card, dict) or 'verdict' not in card:
        raise SystemExit(f'{path}: has no classifier of equipment ("verdict")')
    return card


def commit_of(folder):
    """The commit of the recipe; `none` outside of a repository."""
    asked = subprocess.run(['git', 'rev-parse', 'HEAD'], cwd=folder, capture_output=True, text=True)
    return asked.stdout.strip() if asked.returncode == 0 else 'none'


def new_card(card, classifier, figures, about):
    """The card of the improved model.

    classifier  path of its weights
    figures     entries of the card's `figures`
    about       'labels' (how many people trained it), 'period' (of their violations), 'command'
    """
    sha256 = digest(classifier)
    # The worker refuses a card whose name is not that of its folder, and does not load a card with `standby` by default.
    name = card['name'] if card['name'].endswith('-site') else f'{card["name"]}-site'
    made = {**card, 'name': name, 'version': f'{card["version"]}-site.{sha256[:8]}'}
    made.pop('standby', None)
    made['verdict'] = {**card['verdict'], 'weights': {'file': 'verdict.onnx', 'sha256': sha256}}
    made['dataSets'] = [*card['dataSets'], {
        'name': 'site', 'source': 'reviewed violations of this site (npm run -s labels)',
        'licence': 'for this company alone', 'attribution': f'{about["labels"]} people, {about["period"]}'}]
    made['recipe'] = (f'{card["recipe"].strip()} Then the classifier of {card["version"]} was trained on with '
                      f'{about["labels"]} people of this site: {about["command"]}')
    made['recipeCommit'] = commit_of(Path(__file__).parent)
    # Of the detector, which is the same; what the earlier classifier said does not hold of the new one.
    made['figures'] = [*figures, *(one for one in card['figures'] if 'map50' in one)]
    made['limits'] = ['Trained on with the labels of one site; its figures are of this site and of one source that was '
                      'left out. All that is said below of verdicts on equipment was measured of the earlier classifier.',
                      *card['limits']]
    return made


def write_folder(out, model, card):
    """Writes OUT, which holds verdict.onnx, from the folder of the present model. The card comes last: without one the
    product loads nothing."""
    shutil.copyfile(weights_file(Path(model, card['weights']['file'])), Path(out, card['weights']['file']))
    part = Path(out, 'card.part')
    part.write_text(yaml.safe_dump(card, sort_keys=False, allow_unicode=True, width=120))
    part.rename(Path(out, 'card.yaml'))
