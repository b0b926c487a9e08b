import type { LabelCounts } from './write.ts';

/** The README of a set, which is exported with it. */
export function readMe({ images, skipped, pictures, verdicts }: LabelCounts): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, n]) => `- ${name}: ${n}`)
      .join('\n');
  return `# 由审核结论生成的标注集 / Labelled set made from verdicts

仅限本企业改进识别模型使用，不得对外提供；用后删除（保存期限见数据登记“训练图片”）。
For improving this company's own models only, to be given to nobody else and removed after use (the
register of data says how long it may be kept, under "Pictures for training").

${pictures} pictures of ${verdicts} verdicts.

${list(images)}

Not in it, by reason:

${list(skipped) || '- none'}

## What the labels say
Each picture is the part around one person whom a reviewer judged, as the region pass of the detector
sees it. A set labels only the classes that the verdict speaks of (\`labelled\` in dataset.json); mask
the others in the loss. Grey (114) is where somebody else was, whom nobody judged. Faces are coarse on
purpose. People whom the detector missed and who are not the judged person may still be in a corner.

- \`helmet\`: the person, and the head as bare (confirmed) or the helmet (dismissed: it is worn)
- \`vest\`: the same of the torso
- \`person\`: people of other rules that were confirmed, and places where nobody is (no label)

unclear: a dismissal that does not say what is there instead. no-box: the snapshot has no box of what
was judged. crowded: somebody else covers the person. alike: the same camera has such a picture already.

\`manifest.jsonl\` has a line for each picture: \`person\` are left, top, right and bottom of the judged person (of the
place that was taken for one, where \`isPerson\` is false) in shares of the picture, not cut at its edges; \`helmet\` or
\`vest\` is what the reviewer said: worn or missing.

Training and validation are split by camera and week; one scene is never on both sides.

\`models/ppe/recipe/improve.py\` tries the classifier of equipment on these labels.
`;
}
