"""Trains the posture network on the rows of vision/bench/posture-data.ts; resumable, seeded.

    python3 train.py --data DIR/train.f32 --held DIR/held.f32 --out DIR/run --weights ../posture.bin
"""

import argparse
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from rows import INPUTS, NOW, PER_STEP, STEPS, check_settings, digest, file_with_bytes, read_rows
from rows import POSTURES as NAMES

POSTURES = len(NAMES)
LOOK, CODE, HIDDEN = 48, 24, 48
BATCH = 1024
# Which numbers of a look are places, which are scores, and which are of the pose.
PLACES = torch.tensor([float(i < 51 and i % 3 != 2 or i >= 53) for i in range(PER_STEP)])
SCORES = torch.tensor([float(i < 51 and i % 3 == 2) for i in range(PER_STEP)])
POSE = torch.tensor([float(i < 52) for i in range(PER_STEP)])


class Network(nn.Module):
    """Each look becomes a code; the codes of the last seconds become a posture and a fall."""

    def __init__(self):
        super().__init__()
        self.look = nn.Linear(PER_STEP, LOOK)
        self.code = nn.Linear(LOOK, CODE)
        self.hidden = nn.Linear(STEPS * CODE + NOW, HIDDEN)
        self.answer = nn.Linear(HIDDEN, POSTURES + 1)

    def forward(self, window):
        looks = window[:, : STEPS * PER_STEP].reshape(-1, STEPS, PER_STEP)
        codes = functional.relu(self.code(functional.relu(self.look(looks))))
        both = torch.cat([codes.flatten(1), window[:, STEPS * PER_STEP :]], 1)
        return self.answer(functional.relu(self.hidden(both)))

    def layers(self):
        return [self.look, self.code, self.hidden, self.answer]


def read(path, least=1):
    rows = read_rows(path, least)
    window = torch.from_numpy(rows[:, :INPUTS].astype(np.float16))
    return window, torch.from_numpy(rows[:, INPUTS].astype(np.int64)), torch.from_numpy(rows[:, INPUTS + 1].copy())


def loosen(looks, generator):
    """Scores that say less of the posture: those of lying bodies are low with some models and in some rooms only."""
    count = len(looks)
    scores = looks[:, :, 2:51:3]
    share = torch.rand(count, 1, 1, generator=generator) * (torch.rand(count, 1, 1, generator=generator) < 0.7)
    level = 0.2 + 0.6 * torch.rand(count, 1, 1, generator=generator)
    joints = 1 + 0.2 * torch.randn(count, 1, 17, generator=generator)
    loose = ((1 - share) * scores + share * level * joints).clamp(0.08, 0.95)
    looks[:, :, 2:51:3] = loose * (scores > 0)
    return looks


def vary(window, generator, is_loose):
    """A track that just began, a stature that is not quite right, poses that are lost, another place of the camera."""
    count = len(window)
    looks = window[:, : STEPS * PER_STEP].reshape(count, STEPS, PER_STEP)
    now = window[:, STEPS * PER_STEP :].clone()
    share = lambda: torch.rand(count, generator=generator)
    scale = torch.exp(0.08 * torch.randn(count, generator=generator))
    trust = 1 + 0.15 * torch.randn(count, 1, generator=generator)
    factors = 1 + PLACES * (scale[:, None] - 1) + SCORES * (trust - 1)
    begins = torch.where(share() < 0.2, (share() * STEPS).long() + 1, STEPS)
    begun = (torch.arange(STEPS)[None] < begins[:, None]).float()[:, :, None]
    blind = (torch.rand(count, STEPS, generator=generator) < 0.04).float()[:, :, None]
    looks = looks * factors[:, None] * begun * (1 - blind * POSE)
    if is_loose:
        looks = loosen(looks, generator)
    now[:, 1:5] *= 1 + 0.15 * torch.randn(count, 4, generator=generator)
    return torch.cat([looks.flatten(1), now], 1)


def loss_of(answers, posture, fell, weights):
    of_posture = functional.cross_entropy(answers[:, :POSTURES], posture, weights, label_smoothing=0.03)
    of_fall = functional.binary_cross_entropy_with_logits(answers[:, POSTURES], fell)
    return of_posture + 1.5 * of_fall


def score(network, data):
    window, posture, fell = data
    with torch.no_grad():
        answers = torch.cat([network(part.float()) for part in window.split(4096)])
    told = answers[:, :POSTURES].argmax(1)
    right = [(told[posture == one] == one).float().mean().item() for one in range(POSTURES)]
    lying = answers[:, :POSTURES].softmax(1)[:, POSTURES - 1]
    falls = answers[:, POSTURES].sigmoid()
    said = {}
    for limit in (0.5, 0.8, 0.9):
        is_lying = posture == POSTURES - 1
        said[limit] = {
            "lying": round((lying[is_lying] > limit).float().mean().item(), 3),
            "lyingWrong": round((lying[~is_lying] > limit).float().mean().item(), 4),
            "fell": round((falls[fell > 0.5] > limit).float().mean().item(), 3),
            "fellWrong": round((falls[fell < 0.5] > limit).float().mean().item(), 4),
        }
    return [round(one, 3) for one in right], said


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--held", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--weights")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--loose-from", type=int, default=5)
    parser.add_argument("--stop", type=int, help="ends after this epoch; later runs go on")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    data, held = read(options.data, BATCH), read(options.held)
    network = Network()
    steps = len(data[0]) // BATCH
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, options.epochs * steps)
    counts = torch.bincount(data[1], minlength=POSTURES).float()
    weights = (counts.sum() / counts / POSTURES).sqrt()
    os.makedirs(options.out, exist_ok=True)
    path = os.path.join(options.out, "last.pt")
    begun, spent = 0, 0.0
    # How long it runs and where it writes may change.
    settings = {"seed": str(options.seed), "loose_from": str(options.loose_from)}
    settings |= {"data": digest(options.data), "held": digest(options.held)}
    if os.path.exists(path):
        try:
            saved = torch.load(file_with_bytes(path), weights_only=True)
        except Exception as error:
            raise SystemExit(f"{path}: not a state of a run ({error}): name another --out")
        check_settings(path, saved.get("settings"), settings)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        begun, spent = saved["epoch"], saved["spent"]
        schedule.T_max = options.epochs * steps
    for epoch in range(begun, min(options.epochs, options.stop or options.epochs)):
        began = time.time()
        generator = torch.Generator().manual_seed(1000 * options.seed + epoch)
        order = torch.randperm(len(data[0]), generator=generator)
        total = 0.0
        for step in range(steps):
            chosen = order[step * BATCH : (step + 1) * BATCH]
            window = vary(data[0][chosen].float(), generator, epoch >= options.loose_from)
            loss = loss_of(network(window), data[1][chosen], data[2][chosen], weights)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        spent += time.time() - began
        state = {"network": network.state_dict(), "optimiser": optimiser.state_dict()}
        state |= {"schedule": schedule.state_dict(), "epoch": epoch + 1, "spent": spent, "settings": settings}
        torch.save(state, path + ".part")
        os.replace(path + ".part", path)
        print(epoch + 1, round(total / steps, 4), f"{spent / 60:.1f} min", flush=True)
    right, said = score(network, held)
    print("held: right by posture", right, said)
    if options.weights:
        parts = [part for layer in network.layers() for part in (layer.weight, layer.bias)]
        values = np.concatenate([part.detach().numpy().astype("<f4").ravel() for part in parts])
        values.tofile(options.weights)
        print(len(values), "numbers in", options.weights)


if __name__ == "__main__":
    main()
