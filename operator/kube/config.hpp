#pragma once
#include <stdexcept>
#include <string>

namespace kube {

/// What is wrong with the credentials, naming file and key, never a secret's value.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Text that is known, or a file to be read (again, when it may have changed).
struct Source {
  std::string text;
  std::string file;
  bool empty() const { return text.empty() && file.empty(); }
  /// Throws ConfigError when the file cannot be read.
  std::string read() const;
};

/// Where the API server is and how we prove who we are.
struct Config {
  std::string server;             ///< "https://10.96.0.1:443"
  std::string space = "default";  ///< the namespace we are in
  Source ca;                      ///< PEM; empty: the system's authorities
  Source client_certificate;      ///< PEM chain
  Source client_key;              ///< PEM
  Source token;                   ///< bearer; a file is read again every minute and after a 401
  bool insecure = false;          ///< does not check the server's certificate
};

/// A pod's: KUBERNETES_SERVICE_HOST and _PORT, and the files that the kubelet mounts in `folder`. Throws
/// ConfigError.
Config in_cluster(const std::string& folder = "/var/run/secrets/kubernetes.io/serviceaccount");

/// A kubeconfig file's `context` (current-context when empty). Certificates, keys and tokens, inline or as
/// files (relative to the kubeconfig). What is not supported is an error that names it, not something quietly
/// left out: exec plugins, auth providers, passwords, impersonation, proxies, tls-server-name.
Config from_kubeconfig(const std::string& path, const std::string& context = {});
/// The same of its text; `folder` is what relative files are relative to.
Config parse_kubeconfig(const std::string& text, const std::string& origin, const std::string& folder,
                        const std::string& context = {});

/// `path` when it is not empty; else KUBECONFIG (its first file that is there); else a pod's; else
/// ~/.kube/config.
Config load_config(const std::string& path = {}, const std::string& context = {});

}  // namespace kube
