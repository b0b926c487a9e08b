"""Tests of the loss: python3 -m unittest (needs torch and onnx)."""
import math
import unittest

try:
    import torch
except ImportError:
    raise unittest.SkipTest('torch is not installed')

from loss import box_iou, decode, detection_loss, make_grid, sim_ota, unsure_anchors, worn_on

CLASSES = ['person', 'helmet', 'head', 'vest', 'no_vest']
PERSON, HELMET, HEAD, VEST, NO_VEST = range(5)
SIZE = 256
# Cells (x, y) of a 256 px image at stride 8 come first, row by row.
CELLS, STRIDES = make_grid(SIZE)


def anchor_at(x, y):
    """The anchor of stride 8 that holds the point (x, y) in pixels."""
    return int(y // 8) * (SIZE // 8) + int(x // 8)


def labels(*rows):
    """Targets [M, 5] from (class, left, top, width, height)."""
    return torch.tensor([(c, x + w / 2, y + h / 2, w, h) for c, x, y, w, h in rows])


def mask(*labelled):
    return torch.tensor([float(c in labelled) for c in range(len(CLASSES))])


def gradients_of(targets, class_mask):
    """Gradients [A, 5 + C] of the loss of one image for a network that answers 0 everywhere, the
    loss, and its parts."""
    raw = torch.zeros(1, len(CELLS), 5 + len(CLASSES), requires_grad=True)
    rows = torch.cat((torch.zeros(len(targets), 1), targets), 1)
    loss, parts = detection_loss(raw, rows, class_mask[None], CLASSES, SIZE, True)
    loss.backward()
    return raw.grad[0], loss.item(), parts


class Boxes(unittest.TestCase):
    def test_decodes_to_pixels(self):
        raw = torch.zeros(len(CELLS), 4)
        anchor = anchor_at(40, 16)
        raw[anchor] = torch.tensor((0.5, 0.25, math.log(3), math.log(2)))
        for value, wanted in zip(decode(raw, CELLS, STRIDES)[anchor].tolist(), (44, 18, 24, 16)):
            self.assertAlmostEqual(value, wanted, 4)

    def test_overlap_of_boxes(self):
        a = torch.tensor((10.0, 10, 10, 10))
        self.assertAlmostEqual(box_iou(a, a).item(), 1, 5)
        self.assertAlmostEqual(box_iou(a, a + torch.tensor((5.0, 0, 0, 0))).item(), 1 / 3, 5)
        self.assertEqual(box_iou(a, a + torch.tensor((20.0, 0, 0, 0))).item(), 0)

    def test_an_anchor_answers_for_one_thing_and_lies_on_it(self):
        targets = labels((PERSON, 80, 40, 64, 160), (HELMET, 96, 40, 32, 32))
        boxes = decode(torch.zeros(len(CELLS), 4), CELLS, STRIDES)
        anchors, owners, iou = sim_ota(boxes, torch.full((len(CELLS), 5), 0.5), CELLS, STRIDES,
                                       targets, torch.ones(5))
        self.assertEqual(len(anchors), len(set(anchors.tolist())))
        self.assertEqual(set(owners.tolist()), {0, 1})
        self.assertTrue(torch.allclose(iou, box_iou(boxes[anchors], targets[owners, 1:])))
        centres = (CELLS[anchors] + 0.5) * STRIDES[anchors, None]
        away = (centres - targets[owners, 1:3]).abs()
        self.assertTrue((away < targets[owners, 3:5] / 2 + 1).all())


class UnlabelledClasses(unittest.TestCase):
    person, helmet = (PERSON, 80, 40, 64, 160), (HELMET, 96, 40, 32, 32)

    def unsure(self, targets, class_mask):
        return unsure_anchors(targets, class_mask, PERSON, worn_on(CLASSES), CELLS, STRIDES)

    def test_a_torso_is_no_background_where_vests_are_not_labelled(self):
        unsure = self.unsure(labels(self.person, self.helmet), mask(PERSON, HELMET, HEAD))
        self.assertTrue(unsure[anchor_at(112, 120)], 'the torso')
        self.assertFalse(unsure[anchor_at(112, 56)], 'the helmet, which is labelled')
        self.assertFalse(unsure[anchor_at(84, 44)], 'beside the helmet: a second one is wrong')
        self.assertFalse(unsure[anchor_at(112, 190)], 'the legs')
        self.assertFalse(unsure[anchor_at(200, 120)], 'beside the person')

    def test_a_head_is_no_background_where_helmets_are_not_labelled(self):
        vest = (VEST, 88, 80, 48, 60)
        unsure = self.unsure(labels(self.person, vest), mask(PERSON, VEST, NO_VEST))
        self.assertTrue(unsure[anchor_at(112, 56)])
        self.assertFalse(unsure[anchor_at(112, 110)], 'the vest, which is labelled')

    def test_all_around_a_vest_is_unsure_where_people_are_not_labelled(self):
        unsure = self.unsure(labels((VEST, 96, 100, 48, 60)), mask(VEST, NO_VEST))
        self.assertTrue(unsure[anchor_at(120, 84)], 'the head above it')
        self.assertTrue(unsure[anchor_at(120, 200)], 'the legs below it')
        self.assertFalse(unsure[anchor_at(220, 120)])

    def test_the_loss_teaches_not_to_draw_a_second_helmet(self):
        gradient, _, _ = gradients_of(labels(self.person, self.helmet), mask(PERSON, HELMET, HEAD))
        self.assertGreater(gradient[anchor_at(84, 44), 4], 0, 'pushed down beside the helmet')
        self.assertGreater(gradient[anchor_at(200, 120), 4], 0, 'pushed down on background')
        unsure = self.unsure(labels(self.person, self.helmet), mask(PERSON, HELMET, HEAD))
        self.assertTrue((gradient[unsure, 4] <= 0).all(), 'never pushed down on the torso')
        self.assertTrue((gradient[unsure, 4] == 0).any())

    def test_a_class_that_is_not_labelled_learns_nothing(self):
        gradient, _, _ = gradients_of(labels(self.person, self.helmet), mask(PERSON, HELMET, HEAD))
        self.assertTrue((gradient[:, 5 + VEST:] == 0).all())
        self.assertTrue((gradient[:, 5 + HELMET] != 0).any())
        gradient, _, _ = gradients_of(labels(self.person, self.helmet), torch.ones(5))
        self.assertTrue((gradient[:, 5 + VEST] != 0).any())


class Whole(unittest.TestCase):
    def test_a_picture_with_nothing_in_it_is_background(self):
        gradient, loss, parts = gradients_of(torch.zeros(0, 5), torch.ones(5))
        self.assertTrue((gradient[:, 4] > 0).all())
        self.assertTrue(math.isfinite(loss))
        self.assertEqual(parts['box'], 0)

    def test_a_better_box_costs_less(self):
        person = labels((PERSON, 80, 40, 64, 160))
        rows = torch.cat((torch.zeros(1, 1), person), 1)
        costs = []
        for factor in (1.0, 0.8, 0.5):
            raw = torch.zeros(1, len(CELLS), 5 + len(CLASSES))
            # Every anchor draws the person, too small by the factor.
            raw[0, :, :2] = person[0, 1:3] / STRIDES[:, None] - CELLS
            raw[0, :, 2:4] = (person[0, 3:5] * factor / STRIDES[:, None]).log()
            _, parts = detection_loss(raw, rows, torch.ones(1, 5), CLASSES, SIZE, True)
            costs.append((parts['box'], parts['l1']))
        self.assertAlmostEqual(costs[0][0], 0, 3)
        self.assertAlmostEqual(costs[0][1], 0, 3)
        self.assertLess(costs[0], costs[1])
        self.assertLess(costs[1], costs[2])


if __name__ == '__main__':
    unittest.main()
