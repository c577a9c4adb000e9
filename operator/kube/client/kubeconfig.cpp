#include "operator/kube/client/config.hpp"
#include "operator/kube/object/object.hpp"

#include <filesystem>

#include <yaml-cpp/yaml.h>

namespace kube {

namespace {

/// Reads one kubeconfig; every complaint begins with its name.
class Reader {
 public:
  Reader(const std::string& text, std::string origin, std::string folder)
      : origin_(std::move(origin)), folder_(std::move(folder)) {
    try {
      root_ = YAML::Load(text);
    } catch (const YAML::Exception& error) {
      fail("no YAML: line " + std::to_string(error.mark.line + 1));
    }
    if (!root_.IsMap()) fail("no kubeconfig");
  }

  [[noreturn]] void fail(const std::string& what) const { throw ConfigError(origin_ + ": " + what); }

  std::string text(const YAML::Node& node, const char* key) const {
    const auto value = node[key];
    if (!value || value.IsNull()) return {};
    if (!value.IsScalar()) fail(std::string(key) + " is to be text");
    return value.Scalar();
  }

  const YAML::Node& root() const { return root_; }

  /// The entry of a named list (`clusters`, `users`, `contexts`): what stands beside its name.
  YAML::Node entry(const char* list, const char* field, const std::string& name) const {
    const auto entries = root_[list];
    if (entries && entries.IsSequence()) {
      for (const auto& entry : entries) {
        if (!entry.IsMap() || text(entry, "name") != name) continue;
        const auto value = entry[field];
        if (value && value.IsMap()) return value;
        fail(std::string(list) + ": " + name + " has no " + field);
      }
    }
    fail("there is no " + std::string(field) + " \"" + name + "\"");
  }

  /// Inline base64, or a file.
  Source source(const YAML::Node& node, const char* data_key, const char* file_key) const {
    Source out;
    if (const auto data = text(node, data_key); !data.empty()) {
      try {
        out.text = base64_decode(data);
      } catch (const std::invalid_argument&) {
        fail(std::string(data_key) + " is not base64");
      }
      return out;
    }
    out.file = file(node, file_key);
    return out;
  }

  std::string file(const YAML::Node& node, const char* key) const {
    const auto path = text(node, key);
    return path.empty() ? path : (std::filesystem::path(folder_) / path).string();
  }

  void refuse(const YAML::Node& node, const std::string& of, std::initializer_list<const char*> keys) const {
    for (const char* key : keys) {
      if (node[key]) fail(of + ": " + key + " is not supported; use a token or a client certificate");
    }
  }

 private:
  std::string origin_;
  std::string folder_;
  YAML::Node root_;
};

void read_cluster(const Reader& reader, const std::string& name, Config& into) {
  const auto cluster = reader.entry("clusters", "cluster", name);
  into.server = reader.text(cluster, "server");
  if (!into.server.starts_with("https://") && !into.server.starts_with("http://")) {
    reader.fail("cluster " + name + ": server is no http(s) address");
  }
  for (const char* key : {"proxy-url", "tls-server-name"}) {
    if (!reader.text(cluster, key).empty()) {
      reader.fail("cluster " + name + ": " + key + " is not supported");
    }
  }
  into.ca = reader.source(cluster, "certificate-authority-data", "certificate-authority");
  into.insecure = reader.text(cluster, "insecure-skip-tls-verify") == "true";
}

void read_user(const Reader& reader, const std::string& name, Config& into) {
  const auto user = reader.entry("users", "user", name);
  reader.refuse(user, "user " + name,
                {"exec", "auth-provider", "username", "password", "as", "as-uid", "as-groups"});
  into.client_certificate = reader.source(user, "client-certificate-data", "client-certificate");
  into.client_key = reader.source(user, "client-key-data", "client-key");
  if (into.client_certificate.empty() != into.client_key.empty()) {
    reader.fail("user " + name + ": client certificate and key only go together");
  }
  into.token.text = reader.text(user, "token");
  if (into.token.text.empty()) into.token.file = reader.file(user, "tokenFile");
}

}  // namespace

Config parse_kubeconfig(const std::string& text, const std::string& origin, const std::string& folder,
                        const std::string& context) {
  const Reader reader(text, origin, folder);
  const std::string chosen = context.empty() ? reader.text(reader.root(), "current-context") : context;
  if (chosen.empty()) reader.fail("current-context is not set");
  const auto entry = reader.entry("contexts", "context", chosen);
  Config out;
  if (const auto ns = reader.text(entry, "namespace"); !ns.empty()) out.ns = ns;
  read_cluster(reader, reader.text(entry, "cluster"), out);
  if (const auto user = reader.text(entry, "user"); !user.empty()) read_user(reader, user, out);
  return out;
}

}  // namespace kube
