import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'file.too-large': [
    '文件太大，请换一个较小的文件。',
    'The file is too large. Send a smaller one.',
  ],
  'file.quota': [
    '等待使用的文件过多，请先移除之前上传的；它们一天后自动清除。',
    'Too many files wait to be used. Remove those sent before; they go by themselves after a day.',
  ],
  'file.name': ['文件没有名称，请重新选择。', 'The file has no name. Choose it again.'],
  'file.size': [
    '无法得知文件大小，请重新选择。',
    'The size of the file is not known. Choose it again.',
  ],
  'file.not-received': [
    '文件尚未传完，请等待上传完成。',
    'The file is not complete yet. Wait until it is uploaded.',
  ],
  'file.not-checked': [
    '文件还在检查，请稍后再试。',
    'The file is still being checked. Try again in a moment.',
  ],
  'file.type': [
    '不接受这种文件，请上传图片、视频、录音或文档。',
    'A file of this kind is not taken. Send a picture, video, sound or document.',
  ],
  'file.mismatch': [
    '文件内容与其类型不符，请重新选择。',
    'The file is not what its type says. Choose it again.',
  ],
  'file.picture': [
    '这张图片无法使用，请重新拍摄或选择。',
    'This picture cannot be used. Take or choose it again.',
  ],
  'file.media': [
    '这段视频或录音无法使用，请重新录制或选择。',
    'This video or sound cannot be used. Record or choose it again.',
  ],
  'file.archive': [
    '这个文档或压缩包已损坏或可能有害，请另存后重新上传。',
    'This document or archive is broken or made to do harm. Save it anew and send it again.',
  ],
  'file.script': [
    '这个 PDF 含有脚本或程序，请打印为新的 PDF 后上传。',
    'The PDF runs something when it is opened. Print it as PDF again, and send that.',
  ],
  'file.script-unknown': [
    '无法检查这个 PDF 是否含有脚本，请另存为 PDF/A 或图片后上传。',
    'The PDF cannot be checked for scripts. Save it as PDF/A or as a picture, and send that.',
  ],
  'file.infected': [
    '文件中发现恶意软件。请勿在任何电脑上打开，并告知 IT 部门。',
    'Malicious software was found in the file. Do not open it on any machine; inform your IT department.',
  ],
  'file.taken': [
    '这个文件已用在别处，请重新上传。',
    'The file is attached already. Send it again to attach it elsewhere.',
  ],
  'file.not-scanned': [
    '文件等待查毒，完成后即可打开；管理员可查看扫描程序的状态。',
    'The file waits for the scanner and is shown when it was scanned; an administrator sees the state of the scanner.',
  ],
  'file.failed': ['文件检查失败，请重新上传。', 'The file could not be checked. Send it again.'],
  'file.unavailable': [
    '这里暂时不能检查视频和录音，请管理员安装 ffmpeg。',
    'Videos and sounds cannot be checked here: an administrator has to install ffmpeg.',
  ],
  'file.withheld': [
    '这个文档可能透露上报人，只有可以知道上报人的人员才能打开。',
    'The document may name who sent it: only those who may know the reporter open it.',
  ],
});
