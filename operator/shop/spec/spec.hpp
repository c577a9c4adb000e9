#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace shop {

using Json = nlohmann::json;

/// The services, in the order in which they are reported.
enum class Service { User, Product, Order, Notification };
inline constexpr std::array<Service, 4> all_services{Service::User, Service::Product, Service::Order,
                                                     Service::Notification};
std::string to_string(Service service);

enum class DeletionPolicy { Retain, Delete };
enum class Topology { Shared, PerService };

/// Requests and limits as Kubernetes has them; empty text: the operator's default.
struct Resources {
  struct Amounts {
    std::string cpu, memory;
  };
  Amounts requests, limits;
};

struct Autoscaling {
  int min = 2;
  int max = 2;
  int cpu = 70;  ///< per cent of the requested CPU
};

struct ServiceSpec {
  int replicas = 1;  ///< without autoscaling
  std::optional<Autoscaling> autoscaling;
  Resources resources;
  std::vector<std::pair<std::string, std::string>> env;

  /// The fewest pods that there may be.
  int least() const { return autoscaling ? autoscaling->min : replicas; }
};

struct Volume {
  std::string size;
  std::string storage_class;  ///< empty: the cluster's default
  DeletionPolicy deletion = DeletionPolicy::Retain;
};

struct ManagedDatabase {
  std::string image;  ///< empty: <registry>/postgres:<tag>
  Topology topology = Topology::Shared;
  Volume volume{"8Gi", "", DeletionPolicy::Retain};
  Resources resources;
};

struct ExternalDatabase {
  std::map<Service, std::string> secrets;  ///< names; key "url"
};

struct ManagedMessaging {
  std::string image;  ///< empty: <registry>/rabbitmq:<tag>
  Volume volume{"2Gi", "", DeletionPolicy::Delete};
  Resources resources;
};

struct Gateway {
  std::string host;           ///< empty: any
  std::string ingress_class;  ///< empty: the cluster's default
  std::string tls_secret;     ///< a certificate that is there
  std::string tls_issuer;     ///< a cert-manager ClusterIssuer; at most one of the two
  std::map<std::string, std::string> annotations;
  bool tls() const { return !tls_secret.empty() || !tls_issuer.empty(); }
};

struct Email {
  std::string host, from, tls = "starttls";
  int port = 587;
  std::string secret;  ///< name; keys "username" and "password"; empty: no login
};

/// Who takes the money. Without it orders are taken unpaid.
struct Payments {
  std::string provider = "sandbox";  ///< or "stripe"
  std::string secret;                ///< name; stripe: keys "api-key" and "webhook-secret"
};

/// What a Shop asks for.
struct Spec {
  std::string version;
  std::string registry, tag;  ///< empty: the operator's default
  std::string pull_policy = "IfNotPresent";
  std::vector<std::string> pull_secrets;
  std::string access = "Authenticated";
  bool sample_data = false;
  std::string currency = "USD";
  bool paused = false;
  bool network_policy = false;
  Gateway gateway;
  std::map<Service, ServiceSpec> services;  ///< all four
  std::optional<ManagedDatabase> database{ManagedDatabase{}};
  ExternalDatabase external_database;  ///< without `database`
  std::optional<ManagedMessaging> messaging{ManagedMessaging{}};
  std::string external_messaging;  ///< without `messaging`: a Secret's name; key "url"
  std::optional<Payments> payments;
  std::optional<Email> email;
  bool pod_monitor = true;  ///< where the cluster knows that kind
  std::map<std::string, std::string> monitoring_labels;
};

/// What is wrong with a Shop, every complaint with its field; for its owner to put right.
class InvalidSpec : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads a Shop object (metadata and spec). The API server has checked it by the same rules and filled in the
/// defaults; they are checked again because an older CRD may be installed. Throws InvalidSpec.
Spec parse_shop(const Json& shop);

}  // namespace shop
