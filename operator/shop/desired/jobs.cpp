#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/database_tls.hpp"
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

std::string database_digest(const Inputs& in, Service service) {
  if (in.spec.own_databases()) return digest(database_secret(in, service).object["data"].dump(), 16);
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
  if (const auto server = server_of(in, service))
    annotations["shopkeeper.dev/volume"] = volume_uid(in, *server);
  // The name of the configuration is no part of the Job's digest: other settings need no other run.
  auto& volumes = pod["volumes"];
  auto config = std::find_if(volumes.begin(), volumes.end(),
                             [](const Json& each) { return each.at("name") == "config"; });
  const auto place = config - volumes.begin();
  const auto own = std::exchange((*config)["configMap"]["name"], "");
  auto result = job(in, in.names.service(service) + "-" + command, to_string(service) + "-" + command,
                    std::move(pod), annotations, deadline_seconds);
  result.object["spec"]["template"]["spec"]["volumes"][static_cast<std::size_t>(place)]["configMap"]["name"] =
      own;
  return result;
}

}  // namespace

DesiredObject migration_job(const Inputs& in, Service service) {
  return command_job(in, service, "migrate", 1800);
}

DesiredObject sample_data_job(const Inputs& in, Service service) {
  return command_job(in, service, "sample-data", 600);
}

}  // namespace shop::desired
