#include "operator/shop/commands/plugin/restore.hpp"

#include "operator/shop/spec/types.hpp"

namespace shop::plugin {
namespace {

/// spec.restoreFrom's volume or s3, for the destination of the backups of `source`.
kube::Object store_of(const kube::Object& source, const kube::Object& destination) {
  if (destination.contains("s3")) {
    auto s3 = destination["s3"];
    // The default of a destination, which spec.restoreFrom does not have.
    if (!s3.contains("path")) s3["path"] = "/" + kube::key(source).text();
    return {{"s3", s3}};
  }
  kube::Object volume{{"shop", kube::name(source)}};
  if (const auto path = kube::text_at(destination, "/volume/path"); !path.empty()) volume["path"] = path;
  return {{"volume", volume}};
}

void set_host(kube::Object& spec, const std::string& host) {
  if (const auto gateway = spec.find("gateway"); gateway != spec.end()) {
    gateway->erase("host");
    gateway->erase("tls");
  }
  if (!host.empty()) spec["gateway"]["host"] = host;
}

}  // namespace

kube::Object restored(const kube::Object& source, const Options& options) {
  auto shop = shop_type.object({kube::namespace_of(source), options.name});
  auto spec = source.at("spec");
  const auto pointer = kube::Object::json_pointer("/database/managed/backup/destination");
  if (!spec.contains(pointer))
    throw std::runtime_error("Shop " + kube::key(source).text() +
                             " has no backups: it has no spec.database.managed.backup");
  if (!options.backup.empty() && kube::text_at(spec, "/database/managed/topology") == "PerService")
    throw std::runtime_error("Shop " + kube::key(source).text() +
                             " has several servers (topology PerService): restore them with --at TIME");
  auto& destination = spec[pointer];
  auto from = store_of(source, destination);
  if (!options.at.empty()) from["targetTime"] = options.at;
  if (!options.backup.empty()) from["backup"] = options.backup;
  // Its default has the new Shop's name; two Shops cannot share a path.
  if (destination.contains("s3")) destination["s3"].erase("path");
  spec["restoreFrom"] = std::move(from);
  set_host(spec, options.host);
  shop["spec"] = std::move(spec);
  return shop;
}

}  // namespace shop::plugin
