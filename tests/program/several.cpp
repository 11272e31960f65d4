// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A program whose GPUs are made up: FAKE_GPUS names them ("H200,H200,A100"), and CUDA_VISIBLE_DEVICES hides
// some, as it does for real ones. With FAKE_TRACE, a folder, each launch leaves a line there; with
// FAKE_DISTURBED a launch takes half as long again while another of these processes works, and with
// FAKE_CRASH the process dies of one case. With FAKE_EATEN devices can be calibrated on, and a candidate
// keeps all of their memory in the cases that it names (",2,3,"). Of devices, FAKE_BUSY is one that cannot be
// opened alone, FAKE_ODD one that says something else of itself when it is, and FAKE_STUBBORN one that is
// opened whichever is shown.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <assay/assay.hpp>
#include <assay/backend/host_device.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "support/fake_device.hpp"

namespace {

struct several {
  using stream_type = support::fake_device*;
  static constexpr const char* name = "several";
  static stream_type stream(void* native) { return static_cast<stream_type>(native); }
};

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

std::vector<assay::device_info> machine() {
  std::vector<assay::device_info> all;
  std::istringstream names(variable("FAKE_GPUS"));
  for (std::string name; std::getline(names, name, ',');) {
    assay::device_info info;
    info.vendor = assay::vendor::nvidia;
    info.name = name;
    info.architecture = "fake";
    info.uuid = "GPU-0000000" + std::to_string(all.size());
    all.push_back(info);
  }
  return all;
}

std::unique_ptr<support::fake_device> open() {
  std::vector<assay::device_info> seen = machine();
  if (const std::string shown = variable("CUDA_VISIBLE_DEVICES"); !shown.empty())
    std::erase_if(seen, [&](const assay::device_info& d) { return shown.find(d.uuid) == std::string::npos; });
  if (seen.empty()) throw assay::no_device("no CUDA device: FAKE_GPUS names none that is seen");
  const bool alone = seen.size() == 1;
  if (alone && seen.front().uuid == variable("FAKE_BUSY"))
    throw assay::no_device("no CUDA device: another process has it");
  for (std::size_t i = 0; i < seen.size(); ++i) seen[i].index = static_cast<int>(i);
  auto gpu = std::make_unique<support::fake_device>();
  gpu->script.info = seen.front();
  gpu->script.visible = seen;
  if (alone && seen.front().uuid == variable("FAKE_ODD")) gpu->script.info.ecc = true;
  if (!variable("FAKE_EATEN").empty()) {
    gpu->script.empty_seconds = 0x1p-21;
    gpu->script.has_graphs = true;
    gpu->script.memory = 1 << 20;
  }
  if (alone && !variable("FAKE_STUBBORN").empty()) gpu->script.info.uuid = variable("FAKE_STUBBORN");
  return gpu;
}

/// Tells others that this process works, for as long as it lives, and whether they do.
class presence {
 public:
  explicit presence(const std::string& uuid) : own_("/" + uuid + ".works") {
    if (folder_.empty()) return;
    file_ = ::open((folder_ + own_).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ::flock(file_, LOCK_SH);  // of several candidates of a case
  }
  presence(const presence&) = delete;
  presence& operator=(const presence&) = delete;
  ~presence() {
    if (file_ >= 0) ::close(file_);
  }
  [[nodiscard]] bool others() const {
    if (folder_.empty()) return false;
    bool found = false;
    for (const assay::device_info& d : machine()) {
      if (own_ == "/" + d.uuid + ".works") continue;
      const int other = ::open((folder_ + "/" + d.uuid + ".works").c_str(), O_RDWR | O_CLOEXEC);
      if (other < 0) continue;
      found = found || ::flock(other, LOCK_EX | LOCK_NB) != 0;
      ::close(other);
    }
    return found;
  }

 private:
  std::string folder_ = variable("FAKE_TRACE"), own_;
  int file_ = -1;
};

/// Keeps all of a device's memory, and tells nobody.
void eat(support::fake_device& gpu) {
  for (std::int64_t bytes = gpu.free_memory(); bytes > 0; bytes /= 2) try {
      while (gpu.free_memory() > 0) static_cast<void>(gpu.allocate(bytes));
    } catch (const assay::out_of_memory&) {  // half of it may be there
    }
}

void launch(support::fake_device& gpu, const presence& here, std::int64_t n, float* y, double seconds) {
  // Launches behind a closed gate are timed.
  static int gates = 0;
  const bool timed = gpu.calls("close_gate") != gates;
  gates = gpu.calls("close_gate");
  if (const std::string folder = variable("FAKE_TRACE"); !folder.empty()) {
    std::ofstream trace(folder + "/" + std::to_string(::getpid()) + ".trace", std::ios::app);
    trace << std::chrono::steady_clock::now().time_since_epoch().count() << ' ' << gpu.info().uuid << ' ' << n
          << ' ' << (timed ? "timed" : "verified") << '\n';
  }
  if (n == 5 && !variable("FAKE_CRASH").empty()) std::abort();
  std::this_thread::sleep_for(std::chrono::microseconds(20));
  const bool disturbed = !variable("FAKE_DISTURBED").empty() && here.others();
  gpu.run(disturbed ? 1.5 * seconds : seconds);
  for (std::int64_t i = 0; i < n; ++i) y[i] = 1.0f;
}

}  // namespace

template <>
assay::device& assay::device_of<several>() {
  static const std::unique_ptr<support::fake_device> gpu = open();
  return *gpu;
}

ASSAY_PROBLEM("ones", several, p) {
  const auto n = p.axis("n", {1, 2, 3, 4, 5, 6, 7, 8});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  const auto here = [] { return std::make_unique<presence>(assay::device_of<several>().info().uuid); };
  p.baseline("slow", here, [=](support::fake_device* gpu, std::unique_ptr<presence>& at) {
    launch(*gpu, *at, n, y, 0x1p-19);
  });
  p.candidate("quick", here, [=](support::fake_device* gpu, std::unique_ptr<presence>& at) {
    if (variable("FAKE_EATEN").find("," + std::to_string(n) + ",") != std::string::npos) eat(*gpu);
    launch(*gpu, *at, n, y, 0x1p-20);
  });
}

ASSAY_PROBLEM("on the processor", assay::host, p) {
  const auto y = p.output<float>("y", {16});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("loop", [=] {
    for (int i = 0; i < 16; ++i) y[i] = 1.0f;
  });
}
