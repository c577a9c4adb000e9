#include "operator/shop/desired/database_tls.hpp"

#include "operator/shop/desired/parts.hpp"
#include "operator/shop/testing/inputs.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

Json env_of(const Json& pod) { return pod.at("containers").at(0).at("env"); }

TEST(DatabaseTls, IsValidForTheNamesOfEachServer) {
  EXPECT_EQ(certificate_names(inputs()),
            (std::vector<std::string>{"shop-postgres", "shop-postgres.shops", "shop-postgres.shops.svc",
                                      "shop-postgres.shops.svc.cluster.local"}));
  const auto names = certificate_names(inputs(R"({"database":{"managed":{"topology":"PerService"}}})"_json));
  EXPECT_EQ(names.size(), 16u);
  EXPECT_EQ(std::count(names.begin(), names.end(), "shop-postgres-order"), 1);
}

TEST(DatabaseTls, ServerRefusesPlainConnectionsAndHasItsOwnKeyOnly) {
  const auto in = inputs();
  const auto object = desired::postgres(in, database_servers(in).at(0)).object;
  EXPECT_TRUE(has_tls(object));
  const auto& pod = pod_of(object);
  const auto volume = named(pod["volumes"], "certificate")["secret"];
  EXPECT_EQ(volume["secretName"], "shop-certificates");
  EXPECT_EQ(volume["defaultMode"], 0440);
  for (const auto& item : volume["items"]) EXPECT_NE(item["key"], "ca.key");
  const auto args = container_of(object)["args"].dump();
  for (const char* setting : {"ssl=on", "ssl_min_protocol_version=TLSv1.3", "hba_file="})
    EXPECT_NE(args.find(setting), std::string::npos) << setting;
  const auto init = pod["initContainers"][0]["command"].back().get<std::string>();
  EXPECT_NE(init.find("hostssl all all all scram-sha-256"), std::string::npos);
  EXPECT_EQ(init.find("\nhost "), std::string::npos);
}

TEST(DatabaseTls, ClientsVerifyTheServer) {
  const auto in = inputs();
  const auto server = database_servers(in).at(0);
  EXPECT_EQ(desired::public_keys(in).object["data"]["database-ca.crt"], in.database_ca);
  for (const auto& pod : {desired::service_pod(in, Service::Order, "serve"),
                          pod_of(desired::migration_job(in, Service::User).object),
                          pod_of(desired::databases_job(in, server).object)}) {
    EXPECT_EQ(named(env_of(pod), "PGSSLMODE")["value"], "verify-full");
    EXPECT_EQ(named(env_of(pod), "PGSSLROOTCERT")["value"], "/etc/shopkeeper/keys/database-ca.crt");
    EXPECT_EQ(named(pod["volumes"], "keys")["configMap"]["name"], "shop-keys");
    EXPECT_EQ(named(pod["containers"][0]["volumeMounts"], "keys")["mountPath"], "/etc/shopkeeper/keys");
  }
}

TEST(DatabaseTls, ARenewedCertificateReplacesNoPods) {
  const auto in = inputs();
  auto renewed = in;
  renewed.database_ca = "another";
  const auto server = database_servers(in).at(0);
  EXPECT_EQ(desired::postgres(in, server).object, desired::postgres(renewed, server).object);
  EXPECT_EQ(desired::deployment(in, Service::User).object,
            desired::deployment(renewed, Service::User).object);
  EXPECT_EQ(desired::databases_job(in, server).object, desired::databases_job(renewed, server).object);
}

TEST(DatabaseTls, ClientsOfAServerWithoutItDoNotAskForIt) {
  auto in = inputs();
  in.servers_without_tls = {"shop-postgres"};
  EXPECT_EQ(named(env_of(desired::service_pod(in, Service::Order, "serve")), "PGSSLMODE"), nullptr);
  EXPECT_EQ(named(env_of(pod_of(desired::databases_job(in, database_servers(in).at(0)).object)), "PGSSLMODE"),
            nullptr);
}

TEST(DatabaseTls, AnOwnEnvEntryTakesPrecedence) {
  const auto in = inputs(R"({"services":{"user":{"env":[{"name":"PGSSLMODE","value":"verify-ca"}]}}})"_json);
  const auto env = env_of(desired::service_pod(in, Service::User, "serve"));
  EXPECT_EQ(named(env, "PGSSLMODE")["value"], "verify-ca");
  EXPECT_EQ(
      std::count_if(env.begin(), env.end(), [](const Json& each) { return each["name"] == "PGSSLMODE"; }), 1);
}

TEST(DatabaseTls, OfExternalDatabasesIsTheUrlsMatter) {
  const auto in = inputs(
      R"({"database":{"external":{"secrets":{"user":"a","product":"b","order":"c","notification":"d"}}}})"_json);
  EXPECT_TRUE(certificate_names(in).empty());
  const auto pod = desired::service_pod(in, Service::User, "serve");
  EXPECT_EQ(named(env_of(pod), "PGSSLMODE"), nullptr);
  EXPECT_EQ(named(env_of(pod), "PGSSLROOTCERT")["value"], "/etc/shopkeeper/database/ca.crt");
  const auto ca = named(pod["volumes"], "database-ca")["secret"];
  EXPECT_EQ(ca["secretName"], "a");
  EXPECT_EQ(ca["items"], R"([{"key":"ca.crt","path":"ca.crt"}])"_json);
  EXPECT_EQ(ca["optional"], true);
  EXPECT_FALSE(desired::public_keys(in).object["data"].contains("database-ca.crt"));
}

}  // namespace
}  // namespace shop
