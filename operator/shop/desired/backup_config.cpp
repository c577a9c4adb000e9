// What pgBackRest reads: where the store is, what is kept, and the scripts that the pods run.
#include "operator/kube/object/quantity.hpp"
#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/backups.hpp"
#include "services/kit/embedded.hpp"

extern const std::vector<kit::EmbeddedFile> backup_scripts;

namespace shop::desired {
namespace {

constexpr std::int64_t smallest_queue = 256LL * 1024 * 1024;

/// Above it WAL is dropped while the store does not take it, so that the volume does not fill: see
/// operator/README.md.
std::int64_t wal_queue_bytes(const Volume& data) {
  const auto size = kube::Quantity::parse(data.size);
  return std::max(size ? size->ceil() / 4 : 0, smallest_queue);
}

std::string repository(const BackupStore& store) {
  if (!store.s3) return "repo1-path=" + (repository_folder + store.path) + "\n";
  const auto& s3 = *store.s3;
  std::string text = "repo1-type=s3\nrepo1-s3-uri-style=path\nrepo1-cipher-type=aes-256-cbc\n";
  text += "repo1-s3-endpoint=" + s3.endpoint + "\nrepo1-s3-bucket=" + s3.bucket +
          "\nrepo1-s3-region=" + s3.region + "\nrepo1-path=" + store.path + "\n";
  if (!s3.ca_secret.empty()) text += std::string("repo1-storage-ca-file=") + store_ca_folder + "/ca.crt\n";
  return text;
}

std::string retention(const Backup& backup) {
  if (backup.keep_days > 0)
    return "repo1-retention-full-type=time\nrepo1-retention-full=" + std::to_string(backup.keep_days) + "\n";
  return "repo1-retention-full-type=count\nrepo1-retention-full=" + std::to_string(backup.keep_full) + "\n";
}

std::string configuration(const std::string& repository_text, const std::string& component,
                          const Volume& data) {
  return "[global]\n"
         "log-level-file=off\n"
         "log-level-console=off\n"
         "log-level-stderr=info\n"
         "lock-path=/tmp/pgbackrest\n"
         "compress-type=zst\n"
         "start-fast=y\n"
         // A database has a thousand small files: one object for many of them instead of a request for each.
         "repo1-bundle=y\n"
         "io-timeout=30\n"
         "archive-timeout=120\n"
         "archive-push-queue-max=" +
         std::to_string(wal_queue_bytes(data)) + "\n" + repository_text + "[" + component +
         "]\n"
         "pg1-path=/data/pgdata\n"
         "pg1-socket-path=/data/socket\n"
         "pg1-user=postgres\n";
}

DesiredObject config(const Inputs& in, const DatabaseServer& server, const std::string& name,
                     const BackupStore& store, const std::string& retention_text) {
  Json files = {{"pgbackrest.conf", configuration(repository(store) + retention_text, server.component,
                                                  in.spec.database->volume)},
                {"store", store.identity()}};
  for (const auto& script : backup_scripts) files[std::string(script.name)] = std::string(script.text);
  return object(in, kube::types::config_map, name, server.component + "-backup",
                {{"data", std::move(files)}});
}

}  // namespace

std::string BackupStore::identity() const {
  if (!s3) return "volume " + claim + " " + path;
  return "s3 " + s3->endpoint + " " + s3->bucket + " " + path;
}

BackupStore backup_store(const ShopContext& in, const DatabaseServer& server) {
  const auto& backup = in.spec.database->backup.value();
  if (!backup.s3) return {{}, server.name + "-backup", backup.path};
  return {backup.s3, {}, backup.s3->path.empty() ? "/" + in.ns + "/" + in.names.shop : backup.s3->path};
}

BackupStore restore_store(const ShopContext& in, const DatabaseServer& server) {
  const auto& from = in.spec.restore_from.value();
  if (!from.s3) return {{}, from.shop + "-" + server.component + "-backup", from.path};
  return {from.s3, {}, from.s3->path};
}

std::string backup_config_name(const DatabaseServer& server) { return server.name + "-backup"; }
std::string restore_config_name(const DatabaseServer& server) { return server.name + "-restore"; }

DesiredObject backup_config(const Inputs& in, const DatabaseServer& server) {
  return config(in, server, backup_config_name(server), backup_store(in, server),
                retention(*in.spec.database->backup));
}

DesiredObject restore_config(const Inputs& in, const DatabaseServer& server) {
  return config(in, server, restore_config_name(server), restore_store(in, server), {});
}

}  // namespace shop::desired
