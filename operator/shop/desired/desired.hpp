#pragma once
#include "operator/kube/object.hpp"
#include "operator/shop/desired/inputs.hpp"

#include <string>
#include <utility>
#include <vector>

/// What a Shop's objects are to be: pure functions, one object each, as server-side apply wants them (no
/// status, no defaults of the server's). Every object is labelled and has the Shop as its controller.
namespace shop::desired {

struct Wanted {
  kube::ResourceType type;
  kube::Object object;
};

// Made once, then never changed: they are created, not applied. See Inputs::passwords and ::signing_keys.
Wanted passwords(const Inputs& in, const Passwords& values);
Wanted signing_keys(const Inputs& in, const Json& keys);

// What the services read.
Wanted public_keys(const Inputs& in);
Wanted issuer_keys(const Inputs& in);
Wanted database_secret(const Inputs& in, Service service);  ///< managed database only
Wanted messaging_secret(const Inputs& in);                  ///< managed messaging only
Wanted service_config(const Inputs& in, Service service);
Wanted service_account(const Inputs& in, Service service);

// PostgreSQL (managed).
Wanted postgres(const Inputs& in, const DatabaseServer& server);
Wanted postgres_service(const Inputs& in, const DatabaseServer& server);  ///< that clients use
Wanted postgres_pods_service(const Inputs& in,
                             const DatabaseServer& server);  ///< headless, of the StatefulSet
Wanted databases_script(const Inputs& in, const DatabaseServer& server);
Wanted databases_job(const Inputs& in, const DatabaseServer& server);

// RabbitMQ (managed).
Wanted rabbitmq(const Inputs& in);
Wanted rabbitmq_service(const Inputs& in);
Wanted rabbitmq_pods_service(const Inputs& in);
Wanted rabbitmq_config(const Inputs& in);
Wanted rabbitmq_definitions(const Inputs& in);

// The services.
Wanted migration_job(const Inputs& in, Service service);
Wanted sample_data_job(const Inputs& in, Service service);
Wanted deployment(const Inputs& in, Service service);
Wanted service(const Inputs& in, Service service);
Wanted autoscaler(const Inputs& in, Service service);         ///< with spec autoscaling only
Wanted disruption_budget(const Inputs& in, Service service);  ///< with more than one pod only

Wanted ingress(const Inputs& in);
Wanted network_policy(const Inputs& in, const std::string& component, const std::vector<int>& shop_ports,
                      const std::vector<int>& open_ports);

Wanted pod_monitor(const Inputs& in);  ///< where the cluster knows that kind

/// Which services have sample data of their own.
inline constexpr std::array sample_services{Service::User, Service::Product, Service::Order};

}  // namespace shop::desired
