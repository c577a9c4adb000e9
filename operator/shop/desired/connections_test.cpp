#include "operator/shop/desired/connections.hpp"

#include "operator/shop/desired/parts.hpp"
#include "operator/shop/testing/inputs.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

const std::vector<Service> all(all_services.begin(), all_services.end());

TEST(ConnectionBudget, FitsTheServerForAllNumbersOfReplicas) {
  auto spec = inputs().spec;
  for (int user : {1, 2, 3, 5, 10, 15, 20})
    for (int product : {1, 2, 7, 20})
      for (int order : {1, 2, 7, 20})
        for (int notification : {1, 2, 20}) {
          spec.services[Service::User].replicas = user;
          spec.services[Service::Product].replicas = product;
          spec.services[Service::Order].replicas = order;
          spec.services[Service::Notification].replicas = notification;
          const auto budget = connection_budget(spec, all, max_connections);
          EXPECT_TRUE(budget.fits()) << budget.needed << " of " << budget.available;
          EXPECT_GE(budget.pool, 2);
          for (auto service : all_services)
            EXPECT_GE(budget.limits.at(service), (spec.services[service].replicas + 1) * (budget.pool + 3))
                << "all pods and one of a rollout fit the role's limit";
        }
}

TEST(ConnectionBudget, GivesLargePoolsWhileTheyFit) {
  auto spec = inputs().spec;
  EXPECT_EQ(connection_budget(spec, all, max_connections).pool, 6);
  for (auto& [service, each] : spec.services) each.replicas = 20;
  EXPECT_EQ(connection_budget(spec, all, max_connections).pool, 2);
  for (auto service : all_services)
    EXPECT_EQ(connection_budget(spec, {service}, max_connections).pool, 6) << "with a server of its own";
}

TEST(ConnectionBudget, CountsTheMostPodsOfAnAutoscaler) {
  auto spec = inputs().spec;
  const auto replicas = [&] {
    spec.services[Service::Order].replicas = 12;
    return connection_budget(spec, all, max_connections).limits;
  }();
  spec.services[Service::Order].replicas = 1;
  spec.services[Service::Order].autoscaling = Autoscaling{2, 12, 70};
  EXPECT_EQ(connection_budget(spec, all, max_connections).limits, replicas);
}

TEST(ConnectionBudget, IsWrittenToServicesServerAndRoles) {
  const auto in = inputs(R"({"services":{"user":{"replicas":20},"product":{"replicas":20},
                             "order":{"replicas":20},"notification":{"replicas":20}}})"_json);
  const auto server = database_servers(in)[0];
  const auto budget = connection_budget(in.spec, all, max_connections);
  EXPECT_LT(budget.pool, 6);
  const auto config =
      desired::service_config(in, Service::User).object["data"]["config.yaml"].get<std::string>();
  EXPECT_NE(config.find("database:\n  pool: " + std::to_string(budget.pool)), std::string::npos) << config;
  const auto script =
      desired::databases_script(in, server).object["data"]["databases.sql"].get<std::string>();
  EXPECT_NE(script.find("CONNECTION LIMIT " + std::to_string(budget.limits.at(Service::User)) + " PASSWORD"),
            std::string::npos);
  EXPECT_NE(container_of(desired::postgres(in, server).object)["args"].dump().find("max_connections=600"),
            std::string::npos);
  EXPECT_EQ(desired::postgres(in, server).object, desired::postgres(inputs(), server).object)
      << "more pods do not restart PostgreSQL";
}

TEST(ConnectionBudget, OfExternalDatabasesKeepsToTheirLimit) {
  auto in = inputs(
      R"({"database":{"external":{"secrets":{"user":"u","product":"p","order":"o","notification":"n"}}}})"_json);
  EXPECT_EQ(connection_budget(in, Service::User).pool, 6) << "no limit is known";
  in.spec.external_database.max_connections = 100;
  EXPECT_EQ(connection_budget(in, Service::User).pool, 2);
  EXPECT_TRUE(connection_budget(in, Service::User).fits());
  in.spec.external_database.max_connections = 50;
  EXPECT_FALSE(connection_budget(in, Service::User).fits());
}

}  // namespace
}  // namespace shop
