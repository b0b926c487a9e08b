#!/bin/sh
# ffmpeg for node-rtsp-stream, whose muxer sets output options alone: H.264 of a live camera on stdin,
# shown as soon as it is there. More decoding threads would add a picture of delay each.
exec "${FFMPEG_PATH:-ffmpeg}" -hide_banner -nostats -loglevel warning -threads 1 \
  -fflags nobuffer -flags low_delay -probesize 32 -analyzeduration 0 \
  -use_wallclock_as_timestamps 1 -f h264 "$@"
