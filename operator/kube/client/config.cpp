#include "operator/kube/client/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace kube {

namespace {

std::string trimmed(std::string text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  text.erase(end == std::string::npos ? 0 : end + 1);
  return text;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string first_existing(const std::string& list) {
  std::istringstream paths(list);
  for (std::string path; std::getline(paths, path, ':');) {
    if (!path.empty() && std::filesystem::exists(path)) return path;
  }
  throw ConfigError("KUBECONFIG: none of its files is there: " + list);
}

Config from_kubeconfig(const std::string& path, const std::string& context) {
  const auto folder = std::filesystem::absolute(path).parent_path().string();
  return parse_kubeconfig(read_file(path), path, folder, context);
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in) throw ConfigError("cannot read " + path);
  return text.str();
}

std::string Source::read() const { return file.empty() ? text : trimmed(read_file(file)); }

Config in_cluster(const std::string& folder) {
  const std::string host = variable("KUBERNETES_SERVICE_HOST");
  const std::string port = variable("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    throw ConfigError("not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
  }
  Config out;
  const bool v6 = host.find(':') != std::string::npos;
  out.server = "https://" + (v6 ? "[" + host + "]" : host) + ":" + port;
  out.ca.file = folder + "/ca.crt";
  out.token.file = folder + "/token";
  if (out.token.read().empty()) throw ConfigError(out.token.file + " is empty");
  out.ns = trimmed(read_file(folder + "/namespace"));
  return out;
}

Config load_config(const std::string& path, const std::string& context) {
  if (!path.empty()) return from_kubeconfig(path, context);
  if (const auto list = variable("KUBECONFIG"); !list.empty()) {
    return from_kubeconfig(first_existing(list), context);
  }
  if (!variable("KUBERNETES_SERVICE_HOST").empty()) return in_cluster();
  const std::string home = variable("HOME") + "/.kube/config";
  if (std::filesystem::exists(home)) return from_kubeconfig(home, context);
  throw ConfigError("no credentials: KUBECONFIG is not set, this is no pod, and there is no " + home);
}

}  // namespace kube
