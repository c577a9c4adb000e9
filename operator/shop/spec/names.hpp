#pragma once
#include "operator/shop/spec/spec.hpp"

#include <string>

namespace shop {

inline constexpr const char* manager = "shopkeeper-operator";
/// Owns a Deployment's replicas until its autoscaler sets them.
inline constexpr const char* replicas_manager = "shopkeeper-operator-replicas";
inline constexpr const char* managed_by_label = "app.kubernetes.io/managed-by";
inline constexpr const char* managed_selector = "app.kubernetes.io/managed-by=shopkeeper-operator";
inline constexpr const char* foreign_selector = "app.kubernetes.io/managed-by!=shopkeeper-operator";
inline constexpr const char* instance_label = "app.kubernetes.io/instance";
inline constexpr const char* component_label = "app.kubernetes.io/component";
inline constexpr const char* applied_annotation = "shopkeeper.dev/applied";
inline constexpr const char* backup_now_annotation = "shopkeeper.dev/backup-now";
inline constexpr const char* rotate_passwords_annotation = "shopkeeper.dev/rotate-passwords";
/// Of a Job: what its backup is for, or the label that it verifies.
inline constexpr const char* backup_request_annotation = "shopkeeper.dev/backup";
inline constexpr const char* attempt_annotation = "shopkeeper.dev/attempt";
/// Of a Job that is tried again: why the Job before it failed, whose pods and logs are gone.
inline constexpr const char* last_failure_annotation = "shopkeeper.dev/last-failure";
/// Of a store's StatefulSet: its version and, after an upgrade, the one before.
inline constexpr const char* store_version_annotation = "shopkeeper.dev/store-version";
inline constexpr const char* upgraded_from_annotation = "shopkeeper.dev/upgraded-from";

inline constexpr int http_port = 8080;
inline constexpr int ops_port = 9090;
inline constexpr int postgres_port = 5432;
inline constexpr int amqp_port = 5672;
inline constexpr int broker_metrics_port = 15692;

/// The names of one Shop's objects.
struct Names {
  std::string shop;

  std::string service(Service service) const { return shop + "-" + to_string(service); }
  std::string passwords() const { return shop + "-passwords"; }
  std::string signing() const { return shop + "-signing"; }
  std::string certificates() const { return shop + "-certificates"; }
  std::string keys() const { return shop + "-keys"; }
  std::string issuer() const { return shop + "-issuer"; }
  std::string database_secret(Service each) const { return service(each) + "-db"; }
  std::string messaging_secret() const { return shop + "-messaging"; }
  std::string rabbitmq() const { return shop + "-rabbitmq"; }
  std::string pg_cluster() const { return shop + "-postgres"; }
  std::string pg_pooler() const { return shop + "-postgres-pooler"; }
  std::string pg_superuser() const { return shop + "-postgres-admin"; }
  /// Made by RabbitMQ's cluster operator.
  std::string rabbitmq_default_user() const { return rabbitmq() + "-default-user"; }
  std::string tls() const { return shop + "-tls"; }
};

/// The name of a service's role and database.
inline std::string database_name(Service service) { return "shopkeeper_" + to_string(service); }

}  // namespace shop
