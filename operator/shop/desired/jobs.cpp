#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

std::string database_digest(const Inputs& in, Service service) {
  if (in.spec.database) return digest(database_secret(in, service).object["data"].dump(), 16);
  auto known = in.secret_digests.find(in.spec.external_database.secrets.at(service));
  return known == in.secret_digests.end() ? "" : known->second;
}

Wanted command_job(const Inputs& in, Service service, const std::string& command, int deadline_seconds) {
  auto pod = service_pod(in, service, command);
  pod["containers"][0]["name"] = command;
  // It answers no one, so its size is its own: what a service is given for its requests says nothing of a
  // migration.
  pod["containers"][0]["resources"] = resources({}, {{"50m", "64Mi"}, {"1", "256Mi"}});
  // Another database is another thing to migrate and to fill.
  Json annotations = {{"shopkeeper.dev/database", database_digest(in, service)}};
  return job(in, in.names.service(service) + "-" + command, to_string(service) + "-" + command,
             std::move(pod), annotations, deadline_seconds);
}

}  // namespace

Wanted migration_job(const Inputs& in, Service service) { return command_job(in, service, "migrate", 1800); }

Wanted sample_data_job(const Inputs& in, Service service) {
  return command_job(in, service, "sample-data", 600);
}

}  // namespace shop::desired
