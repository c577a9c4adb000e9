#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/store_image.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/encoding/sha256.hpp"
#include "services/kit/version.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

TEST(Secrets, HaveConnectionsAndOnlyPublicKeysArePublished) {
  auto in = inputs();
  EXPECT_EQ(decoded(desired::database_secret(in, Service::User).object, "url"),
            "postgresql://shopkeeper_user:pw-user@shop-postgres:5432/shopkeeper_user");
  EXPECT_EQ(decoded(desired::messaging_secret(in).object, "url"),
            "amqp://shopkeeper:pw-rabbitmq@shop-rabbitmq:5672/shopkeeper");
  auto published = desired::public_keys(in).object["data"]["jwks.json"].get<std::string>();
  EXPECT_EQ(published.find("\"d\""), std::string::npos);
  EXPECT_EQ(Json::parse(published)["keys"][0]["kid"], "k1");
  EXPECT_EQ(Json::parse(desired::issuer_keys(in).object["data"]["jwks.json"].get<std::string>()),
            in.issuer.keys);
}

TEST(Generate, MakesStrongPasswordsAndPublishableKeys) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    auto password = generate_password();
    EXPECT_EQ(password.size(), 32u);
    EXPECT_TRUE(
        std::all_of(password.begin(), password.end(), [](unsigned char c) { return std::isalnum(c); }));
    EXPECT_TRUE(seen.insert(password).second);
  }
  EXPECT_FALSE(public_keys(generate_signing_keys())["keys"][0].contains("d"));
  EXPECT_THROW(public_keys(Json::parse("{}")), std::invalid_argument);
  EXPECT_THROW(public_keys(Json(nullptr)), std::invalid_argument);
}

TEST(Generate, HashesPasswordsAsRabbitmqDocuments) {
  auto hash = kube::base64_decode(rabbitmq_password_hash("secret"));
  ASSERT_EQ(hash.size(), 36u);
  EXPECT_EQ(hash.substr(4), kit::sha256(hash.substr(0, 4) + "secret"));
  EXPECT_EQ(rabbitmq_password_hash("secret"), rabbitmq_password_hash("secret"));
}

TEST(Postgres, RunsOnTheOfficialImage) {
  auto in = inputs();
  auto server = database_servers(in).at(0);
  auto object = desired::postgres(in, server).object;
  EXPECT_EQ(kube::name(object), "shop-postgres");
  EXPECT_EQ(pod_of(object)["securityContext"]["runAsUser"], 999);
  auto container = container_of(object);
  EXPECT_EQ(container["image"], "shopkeeper/postgres:" + default_postgres_version());
  EXPECT_EQ(container["args"][0], "postgres");
  EXPECT_TRUE(container.at("command").empty()) << "the image's own entrypoint makes the database";
  auto data = named(container["env"], "PGDATA")["value"].get<std::string>();
  auto mount = named(container["volumeMounts"], "data")["mountPath"].get<std::string>();
  EXPECT_EQ(data.rfind(mount + "/", 0), 0u)
      << "in a folder below the volume's root, which may hold lost+found";
  EXPECT_EQ(named(container["env"], "POSTGRES_PASSWORD_FILE")["value"], "/etc/shopkeeper/passwords/postgres");
  EXPECT_EQ(named(pod_of(object)["volumes"], "password")["secret"]["items"],
            R"([{"key":"postgres","path":"postgres"}])"_json)
      << "the server sees no other's password";
}

TEST(Postgres, RetainsItsVolumeByTheDeletionPolicy) {
  auto in = inputs(
      R"({"database":{"managed":{"storage":"20Gi","storageClassName":"fast","deletionPolicy":"Delete"}}})"_json);
  auto spec = desired::postgres(in, database_servers(in)[0]).object["spec"];
  EXPECT_EQ(spec["persistentVolumeClaimRetentionPolicy"],
            R"({"whenDeleted":"Delete","whenScaled":"Retain"})"_json);
  auto claim = spec["volumeClaimTemplates"][0]["spec"];
  EXPECT_EQ(
      claim,
      R"({"accessModes":["ReadWriteOnce"],"storageClassName":"fast","resources":{"requests":{"storage":"20Gi"}}})"_json);
  auto kept = inputs();
  EXPECT_EQ(desired::postgres(kept, database_servers(kept)[0])
                .object["spec"]["persistentVolumeClaimRetentionPolicy"]["whenDeleted"],
            "Retain");
}

TEST(Databases, ScriptIsolatesTheServicesFromEachOther) {
  auto in = inputs();
  auto script = desired::databases_script(in, database_servers(in)[0])
                    .object["data"]["databases.sql"]
                    .get<std::string>();
  for (const char* service : {"user", "product", "order", "notification"}) {
    auto name = std::string("shopkeeper_") + service;
    EXPECT_NE(script.find("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC"), std::string::npos);
    EXPECT_NE(script.find("ALTER ROLE " + name + " WITH LOGIN NOSUPERUSER"), std::string::npos);
  }
  EXPECT_EQ(script.find("pw-"), std::string::npos);
  auto job = desired::databases_job(in, database_servers(in)[0]).object;
  EXPECT_EQ(container_of(job)["command"][0], "psql");
  EXPECT_EQ(named(container_of(job)["env"], "PASSWORD_ORDER")["valueFrom"]["secretKeyRef"],
            R"({"name":"shop-passwords","key":"order"})"_json);
}

TEST(Databases, RunTheJobAgainForOtherPasswords) {
  auto in = inputs();
  auto other = in;
  other.passwords["user"] = "other";
  auto server = database_servers(in)[0];
  EXPECT_NE(kube::name(desired::databases_job(in, server).object),
            kube::name(desired::databases_job(other, server).object));
}

TEST(Databases, PerServiceHaveServersOfTheirOwn) {
  auto in = inputs(R"({"database":{"managed":{"topology":"PerService"}}})"_json);
  auto servers = database_servers(in);
  ASSERT_EQ(servers.size(), 4u);
  EXPECT_EQ(servers[2].name, "shop-postgres-order");
  EXPECT_EQ(decoded(desired::database_secret(in, Service::Order).object, "url"),
            "postgresql://shopkeeper_order:pw-order@shop-postgres-order:5432/shopkeeper_order");
  auto script = desired::databases_script(in, servers[2]).object["data"]["databases.sql"].get<std::string>();
  EXPECT_EQ(script.find("shopkeeper_user"), std::string::npos);
}

TEST(Rabbitmq, RunsOnTheOfficialImage) {
  auto in = inputs();
  auto object = desired::rabbitmq(in).object;
  auto container = container_of(object);
  EXPECT_TRUE(container["command"].empty());
  EXPECT_EQ(named(container["env"], "RABBITMQ_NODENAME")["value"], "rabbit@localhost");
  EXPECT_EQ(named(container["volumeMounts"], "data")["mountPath"], "/var/lib/rabbitmq/mnesia");
  auto config = desired::rabbitmq_config(in).object["data"];
  EXPECT_NE(
      config["90-shopkeeper.conf"].get<std::string>().find("vm_memory_high_watermark.absolute = 483183816"),
      std::string::npos);
  auto definitions = Json::parse(decoded(desired::rabbitmq_definitions(in).object, "definitions.json"));
  EXPECT_EQ(definitions["users"][0]["password_hash"], rabbitmq_password_hash("pw-rabbitmq"));
  EXPECT_EQ(definitions["vhosts"], R"([{"name":"shopkeeper"}])"_json);
  EXPECT_EQ(definitions["permissions"].size(), 1u);
}

TEST(Inputs, ChooseImages) {
  EXPECT_EQ(inputs().image("user"), "shopkeeper/user:1.2.3");
  EXPECT_EQ(inputs({{"version", "2.0"}}).image("user"), "shopkeeper/user:2.0");
  EXPECT_EQ(inputs(R"({"version":"2.0","image":{"registry":"ghcr.io/x","tag":"edge"}})"_json).image("user"),
            "ghcr.io/x/user:edge");
}

TEST(StoreImages, HaveVersionsOfTheirOwn) {
  const auto in = inputs(
      R"({"version":"2.0","image":{"registry":"ghcr.io/x"},"database":{"managed":{"version":"15-9"}}})"_json);
  EXPECT_EQ(postgres_store(in).image, "ghcr.io/x/postgres:15-9");
  EXPECT_EQ(rabbitmq_store(in).image, "ghcr.io/x/rabbitmq:" + default_rabbitmq_version());
  const auto own = inputs(
      R"({"database":{"managed":{"image":"postgres:16"}},"messaging":{"managed":{"image":"r:4","version":"4.0"}}})"_json);
  EXPECT_EQ(postgres_store(own).image, "postgres:16");
  EXPECT_EQ(postgres_store(own).text(), "postgres:16") << "its version is not known";
  EXPECT_EQ(rabbitmq_store(own).image, "r:4");
  EXPECT_EQ(rabbitmq_store(own).text(), "4.0");
  EXPECT_EQ(kit::version_numbers("3.10-1"), (std::vector{3, 10}));
  EXPECT_TRUE(kit::version_numbers("edge").empty());
}

}  // namespace
}  // namespace shop
