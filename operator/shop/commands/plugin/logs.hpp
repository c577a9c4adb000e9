#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/shop/commands/plugin/options.hpp"

namespace shop::plugin {

/// Prints the logs of all pods of a service, each line after its pod's name. Returns the exit code.
int logs(kube::Client& client, const Options& options, const std::string& ns);

/// A line of a log after its pod's name. Pure.
std::string log_line(const std::string& pod, const std::string& line);

}  // namespace shop::plugin
