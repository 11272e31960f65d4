// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "assay/core/error.hpp"

namespace assay {

/// How a process ended, from the status of waitpid: "ended (exit code 2)", "was killed by signal 11
/// (Segmentation fault)".
[[nodiscard]] inline std::string ending_words(int status) {
  if (!WIFSIGNALED(status)) return "ended (exit code " + std::to_string(WEXITSTATUS(status)) + ")";
  const int number = WTERMSIG(status);
  return "was killed by signal " + std::to_string(number) + " (" + strsignal(number) + ")";
}

/// How a program ended that was run.
struct child_end {
  bool in_time = false;
  int status = 0;  ///< of waitpid

  /// "exit code 3", "signal 9"
  [[nodiscard]] std::string how() const {
    if (WIFEXITED(status)) return "exit code " + std::to_string(WEXITSTATUS(status));
    return "signal " + std::to_string(WTERMSIG(status));
  }
};

/// Runs a program with its output in a file, and kills it and all that it started after `timeout` seconds.
/// Absent where it cannot be started; errno tells why.
[[nodiscard]] inline std::optional<child_end> run_child(const std::vector<std::string>& arguments,
                                                        const std::string& output, double timeout) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t process = 0;
  const int status = posix_spawn(&process, pointers[0], &files, &attributes, pointers.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (status != 0) {
    errno = status;
    return std::nullopt;
  }
  child_end result;
  const auto limit = std::chrono::steady_clock::now() + std::chrono::duration<double>(timeout);
  while (std::chrono::steady_clock::now() < limit) {
    if (waitpid(process, &result.status, WNOHANG) == process) {
      result.in_time = true;
      return result;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  kill(-process, SIGKILL);
  waitpid(process, &result.status, 0);
  return result;
}

/// The file of a program on PATH; empty where there is none.
[[nodiscard]] inline std::string find_on_path(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (const std::string file = folder + "/" + name; access(file.c_str(), X_OK) == 0) return file;
  return "";
}

/// The executable that is running.
[[nodiscard]] inline std::string this_program() {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/exe", failed).string();
}

/// A tool that runs this program again and writes what it finds into a file.
struct tool_run {
  std::optional<child_end> end;  ///< absent where it could not be started
  std::string why_not;           ///< then
  std::string log;               ///< what the tool wrote
  std::string last_words;        ///< the last line that tool and program printed
};

/// Runs `tool`, with the name of its log as `log_option` says ("--log-file"), on `program` with `arguments`
/// in the form of a shell, which replay lines have.
[[nodiscard]] inline tool_run run_tool(const std::vector<std::string>& tool, const std::string& log_option,
                                       const std::string& program, const std::string& arguments,
                                       double timeout) {
  tool_run result;
  std::error_code no_folder;
  std::string folder = (std::filesystem::temp_directory_path(no_folder) / "assay-tool-XXXXXX").string();
  if (no_folder) {
    result.why_not = "there is no folder for temporary files (TMPDIR): " + no_folder.message();
    return result;
  }
  if (!mkdtemp(folder.data())) {
    result.why_not = "mkdtemp " + folder + ": " + std::strerror(errno);
    return result;
  }
  const std::string log = folder + "/log", output = folder + "/output";
  std::vector<std::string> command = {"/bin/sh", "-c", "exec \"$@\" " + arguments, "sh"};
  command.insert(command.end(), tool.begin(), tool.end());
  command.insert(command.end(), {log_option, log, program});
  result.end = run_child(command, output, timeout);
  if (!result.end) result.why_not = std::string("it could not be started: ") + std::strerror(errno);
  const auto contents = [](const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  };
  result.log = contents(log);
  std::istringstream lines(contents(output));
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) result.last_words = line.substr(0, 500);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return result;
}

}  // namespace assay
