// The Job that creates a role and a database for each service of a server.
#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/credentials/password_rotation.hpp"
#include "operator/shop/desired/database_tls.hpp"
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

std::string variable(Service service) {
  auto name = to_string(service);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  return "PASSWORD_" + name;
}

// Idempotent: creates what is missing and sets the rest. Passwords are read from the environment into psql's
// variables and the server does not log statements, so that they are on no command line and in no log.
constexpr const char* preamble = R"(\set ON_ERROR_STOP on
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
SET password_encryption = 'scram-sha-256';
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
)";

constexpr const char* per_service = R"(
\getenv password {variable}
SELECT 'CREATE ROLE {name}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \gexec
ALTER ROLE {name} WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT {connections} PASSWORD :'password';
SELECT 'CREATE DATABASE {name} OWNER {name}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \gexec
ALTER DATABASE {name} OWNER TO {name};
REVOKE ALL ON DATABASE {name} FROM PUBLIC;
GRANT ALL ON DATABASE {name} TO {name};
\getenv password {variable}_B
SELECT 'CREATE ROLE {name}_b' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}_b') \gexec
ALTER ROLE {name}_b WITH LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT {connections} PASSWORD :'password';
GRANT {name} TO {name}_b;
ALTER ROLE {name}_b SET role = '{name}';
)";

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

std::string script(const Inputs& in, const DatabaseServer& server) {
  const auto budget = connection_budget(in.spec, server.services, max_connections);
  std::string sql = preamble;
  for (auto service : server.services) {
    std::string sql_of_service = per_service;
    replace_all(sql_of_service, "{name}", database_name(service));
    replace_all(sql_of_service, "{variable}", variable(service));
    replace_all(sql_of_service, "{connections}", std::to_string(budget.limits.at(service)));
    sql += sql_of_service;
  }
  return sql;
}

std::string config_name(const DatabaseServer& server) { return server.name + "-databases"; }

}  // namespace

DesiredObject databases_script(const Inputs& in, const DatabaseServer& server) {
  return object(in, kube::types::config_map, config_name(server), server.component + "-databases",
                {{"data", {{"databases.sql", script(in, server)}}}});
}

DesiredObject databases_job(const Inputs& in, const DatabaseServer& server) {
  Json environment =
      Json::array({env("PGHOST", server.primary), env("PGPORT", std::to_string(postgres_port)),
                   env("PGUSER", "postgres"), env("PGDATABASE", "postgres"), env("PGCONNECT_TIMEOUT", "5"),
                   env_from_secret("PGPASSWORD", in.names.passwords(), "postgres")});
  for (auto service : server.services)
    for (const auto& [name, key] : {std::pair{variable(service), to_string(service)},
                                    {variable(service) + "_B", second_password(service)}})
      environment.push_back(env_from_secret(name, in.names.passwords(), key));
  auto psql = container(in.spec, "databases", postgres_store(in).image, std::move(environment),
                        resources({}, {{"50m", "32Mi"}, {"1", "128Mi"}}),
                        Json::array({read_only_mount("sql", "/etc/shopkeeper/sql"), mount("tmp", "/tmp")}));
  psql["command"] = {"psql", "--no-psqlrc", "--quiet", "--file=/etc/shopkeeper/sql/databases.sql"};
  auto pod = pod_spec(in.spec, stores_uid, Json::array({std::move(psql)}),
                      Json::array({config_volume("sql", config_name(server)), empty_dir("tmp", "16Mi")}));
  add_client_tls(in, server, pod);
  // A changed script or password needs another run.
  Json annotations = {{"shopkeeper.dev/passwords", digest(Json(in.passwords).dump(), 16)},
                      {"shopkeeper.dev/script", digest(script(in, server), 16)},
                      // Another volume is empty.
                      {"shopkeeper.dev/volume", volume_uid(in, server)}};
  return job(in, server.name + "-setup", server.component + "-databases", std::move(pod), annotations, 300);
}

}  // namespace shop::desired
