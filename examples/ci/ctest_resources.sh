#!/bin/sh
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# Prints the file for `ctest --resource-spec-file`: this machine's GPUs, by NVIDIA's numbers, each for one test at a time.
# Tests made by assay_add_benchmark ask for one, and CTest tells each which it got.
#
#   sh ctest_resources.sh > gpus.json && ctest --resource-spec-file gpus.json --parallel 8
set -eu
ids=$(nvidia-smi --query-gpu=index --format=csv,noheader | sed 's/.*/{"id": "&", "slots": 1}/' | paste -sd, -)
[ -n "$ids" ] || { echo "ctest_resources.sh: nvidia-smi names no GPU" >&2; exit 1; }
printf '{"version": {"major": 1, "minor": 0}, "local": [{"gpus": [%s]}]}\n' "$ids"
