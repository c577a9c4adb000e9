#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

std::string database_digest(const Inputs& in, Service service) {
  if (in.spec.database) return digest(database_secret(in, service).object["data"].dump(), 16);
  auto known = in.secret_digests.find(in.spec.external_database.secrets.at(service));
  return known == in.secret_digests.end() ? "" : known->second;
}

DesiredObject command_job(const Inputs& in, Service service, const std::string& command,
                          int deadline_seconds) {
  auto pod = service_pod(in, service, command);
  pod["containers"][0]["name"] = command;
  // The service's own resources are sized for requests, not for a Job.
  pod["containers"][0]["resources"] = resources({}, {{"50m", "64Mi"}, {"1", "256Mi"}});
  // Another database needs another run.
  Json annotations = {{"shopkeeper.dev/database", database_digest(in, service)}};
  return job(in, in.names.service(service) + "-" + command, to_string(service) + "-" + command,
             std::move(pod), annotations, deadline_seconds);
}

}  // namespace

DesiredObject migration_job(const Inputs& in, Service service) {
  return command_job(in, service, "migrate", 1800);
}

DesiredObject sample_data_job(const Inputs& in, Service service) {
  return command_job(in, service, "sample-data", 600);
}

}  // namespace shop::desired
