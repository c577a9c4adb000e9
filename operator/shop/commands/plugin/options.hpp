#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace shop::plugin {

struct Options {
  std::string command;  ///< status, backup, restore, logs, open, plan, completion or help
  std::string kubeconfig, context, ns;
  bool json = false;
  std::string name;     ///< of the Shop; of status empty: all of the namespace
  std::string service;  ///< logs
  bool follow = false;
  std::optional<std::chrono::seconds> since;
  std::optional<int> tail;
  std::string from, at, backup, host;  ///< restore
  bool apply = false;
  std::chrono::seconds timeout{600};     ///< backup
  std::vector<std::string> arguments{};  ///< plan: its own
};

/// `arguments` without the program's name. Throws UsageError.
Options parse(const std::vector<std::string>& arguments);

/// "90", "90s", "10m" or "2h"; nullopt for anything else.
std::optional<std::chrono::seconds> parse_duration(const std::string& text);

extern const char* const usage;

}  // namespace shop::plugin
