#pragma once
#include "operator/kube/object/object.hpp"
#include "operator/shop/credentials/certificates.hpp"
#include "operator/shop/desired/inputs.hpp"

#include <string>
#include <vector>

namespace shop {

/// An object as the operator applies or creates it.
struct DesiredObject {
  kube::ResourceType type;
  kube::Object object;
};

}  // namespace shop

/// The desired objects of a Shop: pure functions, one object each, with the fields that the operator owns (no
/// status, no server defaults). Every object has our labels and the Shop as its controller.
namespace shop::desired {

// Created once and not applied afterwards, because they hold generated values.
DesiredObject passwords(const ShopContext& in, const Passwords& values);
DesiredObject signing_keys(const ShopContext& in, const Json& keys);
DesiredObject certificates(const ShopContext& in, const Certificates& values);

// What the services read.
DesiredObject public_keys(const Inputs& in);
DesiredObject issuer_keys(const Inputs& in);
DesiredObject database_secret(const Inputs& in, Service service);  ///< unless the databases are external
DesiredObject messaging_secret(const Inputs& in);                  ///< managed messaging only
DesiredObject service_config(const Inputs& in, Service service);
DesiredObject service_account(const Inputs& in, Service service);

// PostgreSQL (managed).
DesiredObject postgres(const Inputs& in, const DatabaseServer& server);
DesiredObject postgres_service(const Inputs& in, const DatabaseServer& server);  ///< that clients use
DesiredObject postgres_pods_service(const Inputs& in,
                                    const DatabaseServer& server);  ///< headless, of the StatefulSet
DesiredObject databases_script(const Inputs& in, const DatabaseServer& server);
DesiredObject databases_job(const Inputs& in, const DatabaseServer& server);

// PostgreSQL (CloudNativePG): the Cluster and what it needs; the script and the Job above make its databases.
DesiredObject pg_cluster(const Inputs& in);  ///< without owner unless it is to be deleted with the Shop
DesiredObject pg_pooler(const Inputs& in);   ///< with spec.database.cloudNativePG.pooler.instances only
DesiredObject pg_superuser(const Inputs& in);

// Backups (spec.database.managed.backup) and spec.restoreFrom, of each server.
DesiredObject backup_config(const Inputs& in, const DatabaseServer& server);
DesiredObject backup_volume(const Inputs& in, const DatabaseServer& server);  ///< without S3 only; no owner
/// `request` says what the backup is for; another request gives another Job.
DesiredObject backup_job(const Inputs& in, const DatabaseServer& server, const std::string& request);
DesiredObject verification_job(const Inputs& in, const DatabaseServer& server, const std::string& label);
DesiredObject restore_config(const Inputs& in, const DatabaseServer& server);
DesiredObject restore_job(const Inputs& in, const DatabaseServer& server);
/// The StatefulSet's claim, made before it so that a Job can restore into it; no owner.
DesiredObject data_volume(const Inputs& in, const DatabaseServer& server);

// RabbitMQ (managed).
DesiredObject rabbitmq(const Inputs& in);
DesiredObject rabbitmq_service(const Inputs& in);
DesiredObject rabbitmq_pods_service(const Inputs& in);
DesiredObject rabbitmq_config(const Inputs& in);
DesiredObject rabbitmq_definitions(const Inputs& in);

DesiredObject rabbitmq_cluster(const Inputs& in);  ///< with spec.messaging.clusterOperator, in place of these

// The services.
DesiredObject migration_job(const Inputs& in, Service service);
DesiredObject sample_data_job(const Inputs& in, Service service);
DesiredObject deployment(const Inputs& in, Service service);
DesiredObject service(const Inputs& in, Service service);
DesiredObject autoscaler(const Inputs& in, Service service);         ///< with spec autoscaling only
DesiredObject disruption_budget(const Inputs& in, Service service);  ///< with more than one pod only

DesiredObject ingress(const Inputs& in);
DesiredObject http_route(const Inputs& in);  ///< with spec.gateway.parentRefs, in place of the Ingress
/// Deny everything but what the Shop's components need of each other.
std::vector<DesiredObject> network_policies(const Inputs& in);

DesiredObject pod_monitor(const Inputs& in);  ///< only where the cluster has the kind

/// Services with sample data.
inline constexpr std::array sample_services{Service::User, Service::Product, Service::Order};

}  // namespace shop::desired
