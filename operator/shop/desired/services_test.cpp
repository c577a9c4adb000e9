#include "operator/shop/desired/parts.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/json/yaml.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

Json config_of(const Inputs& in, Service service) {
  auto text = desired::service_config(in, service).object["data"]["config.yaml"].get<std::string>();
  return kit::json::parse_yaml(text, "config").at(0);
}

TEST(ServiceConfig, HasTheDocumentedSettings) {
  auto in = inputs({{"access", "Open"}, {"currency", "EUR"}});
  auto config = config_of(in, Service::Order);
  EXPECT_EQ(config,
            R"({"access":"Open","currency":"EUR","http":{"address":"0.0.0.0","port":8080,"drain_delay":"3s"},
    "ops":{"address":"0.0.0.0","port":9090},"database":{"pool":6},"auth":{"jwks_file":"/etc/shopkeeper/keys/jwks.json"},
    "internal":{"issuer_keys_file":"/etc/shopkeeper/issuer/jwks.json","issuer":"https://kubernetes.default.svc",
                "token_file":"/var/run/secrets/shopkeeper/token"},
    "peers":{"user":"http://shop-user:9090","product":"http://shop-product:9090"}})"_json);
  EXPECT_EQ(config_of(in, Service::User)["auth"]["signing_file"], "/etc/shopkeeper/signing/signing.json");
  EXPECT_FALSE(config_of(in, Service::Product)["auth"].contains("signing_file"));
}

TEST(ServiceConfig, GivesTheMailServerToNotificationOnly) {
  auto in =
      inputs({{"email",
               {{"host", "smtp.example.com"}, {"from", "shop@example.com"}, {"port", 25}, {"tls", "none"}}}});
  EXPECT_EQ(config_of(in, Service::Notification)["email"],
            R"({"host":"smtp.example.com","port":25,"from":"shop@example.com","tls":"none"})"_json);
  EXPECT_FALSE(config_of(in, Service::User).contains("email"));
}

TEST(ServiceConfig, NamesThePeersOfEachService) {
  auto in = inputs();
  EXPECT_EQ(config_of(in, Service::User)["peers"], R"({"product":"http://shop-product:9090"})"_json);
  for (auto service : {Service::Product, Service::Notification})
    EXPECT_EQ(config_of(in, service)["peers"], R"({"user":"http://shop-user:9090"})"_json);
}

TEST(ServiceConfig, RequiresVerifiedAddressesOnlyWithAMailServer) {
  EXPECT_EQ(config_of(inputs(), Service::User)["accounts"], R"({"verify_email":false})"_json);
  auto in = inputs({{"email", {{"host", "h"}, {"from", "a@b"}}}});
  EXPECT_EQ(config_of(in, Service::User)["accounts"], R"({"verify_email":true})"_json);
}

TEST(ServiceConfig, GivesThePublicUrlToNotification) {
  EXPECT_FALSE(config_of(inputs(), Service::Notification).contains("public_url"));
  auto in = inputs(R"({"gateway":{"host":"shop.example.com","tls":{"secretName":"t"}}})"_json);
  EXPECT_EQ(config_of(in, Service::Notification)["public_url"], "https://shop.example.com");
  in.spec.gateway.port = 8443;
  EXPECT_EQ(config_of(in, Service::Notification)["public_url"], "https://shop.example.com:8443");
}

TEST(ServicePod, GivesTheKeysOfThePaymentProviderToOrderOnly) {
  auto in = inputs(R"({"payments":{"provider":"stripe","secret":"pay"}})"_json);
  EXPECT_EQ(config_of(in, Service::Order)["payments"], R"({"provider":"stripe"})"_json);
  auto env = desired::service_pod(in, Service::Order, "serve")["containers"][0]["env"];
  EXPECT_EQ(named(env, "SHOPKEEPER_PAYMENTS_STRIPE_API_KEY")["valueFrom"]["secretKeyRef"],
            R"({"name":"pay","key":"api-key"})"_json);
  EXPECT_FALSE(config_of(in, Service::User).contains("payments"));
  EXPECT_EQ(named(desired::service_pod(in, Service::User, "serve")["containers"][0]["env"],
                  "SHOPKEEPER_PAYMENTS_STRIPE_API_KEY"),
            nullptr);
}

TEST(ServicePod, HasItsFilesTokenAndConnections) {
  auto pod = desired::service_pod(inputs(), Service::User, "serve");
  EXPECT_EQ(pod["serviceAccountName"], "shop-user");
  auto container = pod["containers"][0];
  EXPECT_EQ(container["image"], "shopkeeper/user:1.2.3");
  EXPECT_EQ(container["args"], Json::array({"serve"}));
  EXPECT_EQ(named(container["env"], "DATABASE_URL")["valueFrom"],
            R"({"secretKeyRef":{"name":"shop-user-db","key":"url"}})"_json);
  EXPECT_EQ(named(container["env"], "AMQP_URL")["valueFrom"],
            R"({"secretKeyRef":{"name":"shop-messaging","key":"url"}})"_json);
  EXPECT_EQ(
      named(pod["volumes"], "token")["projected"]["sources"],
      R"([{"serviceAccountToken":{"audience":"shopkeeper","expirationSeconds":3600,"path":"token"}}])"_json);
  EXPECT_EQ(named(container["volumeMounts"], "signing")["mountPath"], "/etc/shopkeeper/signing");
  EXPECT_EQ(named(desired::service_pod(inputs(), Service::Order, "serve")["volumes"], "signing"), nullptr)
      << "only the signing service has the private keys";
}

TEST(ServicePod, UsesEnvironmentAndExternalSecretsOfTheSpec) {
  auto in = inputs(R"({"services":{"user":{"env":[{"name":"SHOPKEEPER_LOG_LEVEL","value":"debug"}]}},
    "database":{"external":{"secrets":{"user":"u","product":"p","order":"o","notification":"n"}}},
    "messaging":{"external":{"secret":"broker"}}})"_json);
  auto env = desired::service_pod(in, Service::User, "serve")["containers"][0]["env"];
  EXPECT_EQ(named(env, "SHOPKEEPER_LOG_LEVEL")["value"], "debug");
  EXPECT_EQ(named(env, "DATABASE_URL")["valueFrom"]["secretKeyRef"]["name"], "u");
  EXPECT_EQ(named(env, "AMQP_URL")["valueFrom"]["secretKeyRef"]["name"], "broker");
}

TEST(Deployment, NeverHasFewerPodsThanDesired) {
  auto object =
      desired::deployment(inputs({{"services", {{"order", {{"replicas", 3}}}}}}), Service::Order).object;
  EXPECT_EQ(object["spec"]["replicas"], 3);
  EXPECT_EQ(object["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"], 0);
  EXPECT_GT(pod_of(object)["terminationGracePeriodSeconds"], 20) << "longer than the drain";
  EXPECT_EQ(container_of(object)["readinessProbe"]["httpGet"], R"({"path":"/readyz","port":"ops"})"_json);
  EXPECT_EQ(container_of(object)["ports"].size(), 2u);
  EXPECT_EQ(pod_of(object)["topologySpreadConstraints"].size(), 2u);
}

TEST(Deployment, LeavesTheNumberOfPodsToAnAutoscaler) {
  auto in = inputs(R"({"services":{"order":{"autoscaling":{"min":2,"max":6,"cpu":60}}}})"_json);
  EXPECT_FALSE(desired::deployment(in, Service::Order).object["spec"].contains("replicas"));
  auto scaler = desired::autoscaler(in, Service::Order).object["spec"];
  EXPECT_EQ(scaler["minReplicas"], 2);
  EXPECT_EQ(scaler["maxReplicas"], 6);
  EXPECT_EQ(
      scaler["metrics"],
      R"([{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}}])"_json);
}

TEST(Deployment, IsReplacedWhenItsConfigurationChanges) {
  auto digest = [](const Inputs& in, Service service) {
    return desired::deployment(in, service).object["spec"]["template"]["metadata"]["annotations"].dump();
  };
  auto in = inputs();
  auto open = inputs({{"access", "Open"}});
  EXPECT_NE(digest(in, Service::User), digest(open, Service::User));
  auto keys = in;
  keys.signing_keys["keys"][0]["kid"] = "k2";
  keys.issuer.keys["keys"][0]["kid"] = "c2";
  EXPECT_EQ(digest(in, Service::User), digest(keys, Service::User))
      << "key sets are read again by themselves";
  auto password = in;
  password.passwords["user"] = "other";
  EXPECT_NE(digest(in, Service::User), digest(password, Service::User));
  EXPECT_EQ(digest(in, Service::Order), digest(password, Service::Order));
  auto mail = inputs({{"email", {{"host", "h"}, {"from", "a@b"}, {"secret", "mail"}}}});
  auto changed = mail;
  mail.secret_digests["mail"] = "1";
  changed.secret_digests["mail"] = "2";
  EXPECT_NE(digest(mail, Service::Notification), digest(changed, Service::Notification));
  EXPECT_EQ(digest(mail, Service::User), digest(changed, Service::User));
}

TEST(Jobs, AreNewForAnotherVersion) {
  auto in = inputs();
  auto later = inputs({{"version", "2.0.0"}});
  auto first = desired::migration_job(in, Service::User).object;
  EXPECT_EQ(container_of(first)["args"], Json::array({"migrate"}));
  EXPECT_EQ(pod_of(first)["restartPolicy"], "Never");
  EXPECT_NE(kube::name(first), kube::name(desired::migration_job(later, Service::User).object));
  auto scaled =
      inputs({{"services", {{"user", {{"replicas", 5}, {"resources", {{"limits", {{"memory", "1Gi"}}}}}}}}}});
  EXPECT_EQ(kube::name(first), kube::name(desired::migration_job(scaled, Service::User).object))
      << "another size needs no migration";
  EXPECT_EQ(container_of(desired::sample_data_job(in, Service::Product).object)["args"],
            Json::array({"sample-data"}));
}

TEST(Service, HasThePortsByName) {
  auto spec = desired::service(inputs(), Service::Product).object["spec"];
  EXPECT_EQ(named(spec["ports"], "http")["port"], 8080);
  EXPECT_EQ(named(spec["ports"], "ops")["port"], 9090);
  EXPECT_EQ(spec["selector"],
            R"({"app.kubernetes.io/instance":"shop","app.kubernetes.io/component":"product"})"_json);
}

TEST(Ingress, HasTheDocumentedRoutes) {
  auto object = desired::ingress(
                    inputs({{"gateway", {{"ingressClassName", "traefik"}, {"annotations", {{"a", "b"}}}}}}))
                    .object;
  EXPECT_EQ(object["spec"]["ingressClassName"], "traefik");
  EXPECT_EQ(object["metadata"]["annotations"], R"({"a":"b"})"_json);
  EXPECT_FALSE(object["spec"].contains("tls"));
  auto rule = object["spec"]["rules"][0];
  EXPECT_FALSE(rule.contains("host"));
  std::map<std::string, std::string> routes;
  for (const auto& path : rule["http"]["paths"])
    routes[path["backend"]["service"]["name"]] += " " + path["path"].get<std::string>();
  EXPECT_EQ(routes["shop-user"], " /users /api/auth /api/customers /.well-known/jwks.json");
  EXPECT_EQ(routes["shop-product"], " /products /api/products /api/categories");
  EXPECT_EQ(routes["shop-order"],
            " /api/openapi.json /api/docs /orders /api/orders /api/cart /api/payments /health");
  EXPECT_EQ(routes["shop-notification"], " /api/notifications");
  EXPECT_EQ(routes.size(), 4u);
}

TEST(Ingress, HasTlsByASecretOrAnIssuer) {
  auto by_secret =
      desired::ingress(inputs({{"gateway", {{"host", "s.example"}, {"tls", {{"secretName", "cert"}}}}}}))
          .object;
  EXPECT_EQ(by_secret["spec"]["tls"], R"([{"hosts":["s.example"],"secretName":"cert"}])"_json);
  auto by_issuer =
      desired::ingress(inputs({{"gateway", {{"host", "s.example"}, {"tls", {{"issuer", "le"}}}}}})).object;
  EXPECT_EQ(by_issuer["spec"]["tls"][0]["secretName"], "shop-tls");
  EXPECT_EQ(by_issuer["metadata"]["annotations"]["cert-manager.io/cluster-issuer"], "le");
}

}  // namespace
}  // namespace shop
