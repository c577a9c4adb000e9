#pragma once
#include "operator/shop/spec/backup.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
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
    bool operator==(const Amounts&) const = default;
  };
  Amounts requests, limits;
  bool operator==(const Resources&) const = default;
};

/// A metric beside CPU that an autoscaler follows; the cluster's metrics adapter provides it.
struct ScalingMetric {
  enum class Type { QueueDepth, Latency };
  Type type = Type::QueueDepth;
  int target = 0;  ///< messages of the service's queue per pod; or milliseconds in which 95% of requests end
  bool operator==(const ScalingMetric&) const = default;
};

struct Autoscaling {
  int min = 2;
  int max = 2;
  int cpu = 70;  ///< per cent of the requested CPU
  std::vector<ScalingMetric> metrics{};
  bool operator==(const Autoscaling&) const = default;
};

struct ServiceSpec {
  int replicas = 1;  ///< without autoscaling
  std::optional<Autoscaling> autoscaling;
  Resources resources;
  std::vector<std::pair<std::string, std::string>> env;
  /// Text of the Shop's annotation shopkeeper.dev/restart-<service>: another text replaces the pods.
  std::string restart{};

  int min_replicas() const { return autoscaling ? autoscaling->min : replicas; }
  bool operator==(const ServiceSpec&) const = default;
};

struct Volume {
  std::string size;
  std::string storage_class;  ///< empty: the cluster's default
  DeletionPolicy deletion = DeletionPolicy::Retain;
  bool operator==(const Volume&) const = default;
};

struct ManagedDatabase {
  std::string image;    ///< empty: <registry>/postgres:<version>
  std::string version;  ///< of the image; empty: the operator's default
  Topology topology = Topology::Shared;
  Volume volume{"8Gi", "", DeletionPolicy::Retain};
  Resources resources;
  std::optional<Backup> backup;
  bool operator==(const ManagedDatabase&) const = default;
};

struct ExternalDatabase {
  std::map<Service, std::string> secrets;  ///< names; key "url"
  int max_connections = 0;                 ///< that the databases allow all services together; 0: not known
  bool operator==(const ExternalDatabase&) const = default;
};

/// PostgreSQL by the operator CloudNativePG: one cluster with the databases of all services.
struct CloudNativePg {
  int instances = 3;  ///< one primary, the others standbys
  std::string image;  ///< empty: CloudNativePG's default
  Volume volume{"8Gi", "", DeletionPolicy::Retain};
  Resources resources;
  int poolers = 2;  ///< pods of PgBouncer; 0: services connect to the primary
  bool operator==(const CloudNativePg&) const = default;
};

struct ManagedMessaging {
  std::string image;    ///< empty: <registry>/rabbitmq:<version>
  std::string version;  ///< of the image; empty: the operator's default
  Volume volume{"2Gi", "", DeletionPolicy::Delete};
  Resources resources;
  bool operator==(const ManagedMessaging&) const = default;
};

/// RabbitMQ by its cluster operator.
struct ClusterOperator {
  int replicas = 3;
  std::string image;         ///< empty: the cluster operator's default
  std::string size = "8Gi";  ///< of each node's volume
  std::string storage_class;
  Resources resources;
  bool operator==(const ClusterOperator&) const = default;
};

/// A Gateway of the Gateway API, or one of its listeners, that an HTTPRoute is attached to.
struct ParentRef {
  std::string name;
  std::string ns;       ///< empty: the Shop's
  std::string section;  ///< name of a listener; empty: all
  int port = 0;         ///< 0: all
  bool operator==(const ParentRef&) const = default;
};

struct Gateway {
  std::string host;           ///< empty: any
  std::string ingress_class;  ///< empty: the cluster's default
  std::string tls_secret;     ///< a certificate that is there
  std::string tls_issuer;     ///< a cert-manager ClusterIssuer; at most one of the two
  std::map<std::string, std::string> annotations;
  int port = 0;                              ///< that clients use; 0: that of the URL's scheme
  bool wait_for_address = true;              ///< Ready requires an address in the Ingress's status
  std::vector<ParentRef> parent_refs;        ///< an HTTPRoute in place of the Ingress; empty: the Ingress
  std::vector<std::string> from_namespaces;  ///< that requests come from; empty: anywhere
  /// Whether the shop's URL begins with https.
  bool https() const;
  /// The shop's URL at this host name.
  std::string url(const std::string& at_host) const;
  bool tls() const { return !tls_secret.empty() || !tls_issuer.empty(); }
  bool operator==(const Gateway&) const = default;
};

struct Email {
  std::string host, from, tls = "starttls";
  int port = 587;
  std::string secret;  ///< name; keys "username" and "password"; empty: no login
  bool operator==(const Email&) const = default;
};

/// The payment provider. Without it orders are accepted unpaid.
struct Payments {
  std::string provider = "sandbox";  ///< or "stripe"
  std::string secret;                ///< name; stripe: keys "api-key" and "webhook-secret"
  bool operator==(const Payments&) const = default;
};

/// A Shop's spec.
struct Spec {
  std::string version;
  std::string registry, tag;  ///< empty: the operator's default
  std::string pull_policy = "IfNotPresent";
  std::vector<std::string> pull_secrets;
  std::string access = "Authenticated";
  bool sample_data = false;
  std::string currency = "USD";
  bool paused = false;
  int upgrade_timeout = 300;  ///< seconds without progress after which a rollout is rolled back
  bool network_policy = true;
  Gateway gateway;
  std::map<Service, ServiceSpec> services;  ///< all four
  std::optional<ManagedDatabase> database{ManagedDatabase{}};
  std::optional<CloudNativePg> cloud_native_pg;  ///< without `database`
  ExternalDatabase external_database;            ///< without both
  std::optional<RestoreFrom> restore_from;
  std::optional<ManagedMessaging> messaging{ManagedMessaging{}};
  std::optional<ClusterOperator> cluster_operator;  ///< without `messaging`
  std::string external_messaging;                   ///< without both: a Secret's name; key "url"
  std::optional<Payments> payments;
  std::optional<Email> email;
  bool pod_monitor = true;  ///< where the cluster has that kind
  std::map<std::string, std::string> monitoring_labels;
  std::vector<std::string> monitoring_namespaces;  ///< that Prometheus runs in; empty: any
  /// The operator makes the databases, their roles and passwords.
  bool own_databases() const { return database || cloud_native_pg; }
  bool operator==(const Spec&) const = default;
};

/// All errors of a Shop, each with its field.
class InvalidSpec : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads a Shop object (metadata and spec). The API server has validated it by the same rules and set the
/// defaults; it is validated again because an older CRD may be installed. Throws InvalidSpec.
Spec parse_shop(const Json& shop);

/// The paths of all fields that parse_shop() reads of this Shop, whether or not they are set.
std::set<std::string> fields_read(const Json& shop);

}  // namespace shop
