#include "operator/kube/client/config.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace kube {
namespace {

const std::string kGood = R"(
apiVersion: v1
kind: Config
current-context: kind-shop
contexts:
- {name: kind-shop, context: {cluster: kind, user: admin, namespace: shops}}
- {name: bare, context: {cluster: kind, user: token}}
- {name: helper, context: {cluster: kind, user: exec}}
- {name: nobody, context: {cluster: kind, user: missing}}
- {name: half, context: {cluster: kind, user: half}}
- {name: proxied, context: {cluster: proxied, user: token}}
clusters:
- name: kind
  cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: Q0E=}
- name: proxied
  cluster: {server: "https://127.0.0.1:6443", proxy-url: "http://proxy"}
users:
- {name: admin, user: {client-certificate-data: Q0VSVA==, client-key: keys/admin.key}}
- {name: token, user: {token: s3cret}}
- {name: exec, user: {exec: {command: aws}}}
- {name: half, user: {client-certificate-data: Q0VSVA==}}
)";

std::string complaint(const std::string& text, const std::string& context = {}) {
  try {
    parse_kubeconfig(text, "config", "/home/a", context);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(Kubeconfig, ReadsInlineDataAndFiles) {
  const auto config = parse_kubeconfig(kGood, "config", "/home/a");
  EXPECT_EQ(config.server, "https://127.0.0.1:6443");
  EXPECT_EQ(config.ns, "shops");
  EXPECT_EQ(config.ca.text, "CA");
  EXPECT_EQ(config.client_certificate.text, "CERT");
  EXPECT_EQ(config.client_key.file, "/home/a/keys/admin.key");
  EXPECT_TRUE(config.token.empty());
  EXPECT_FALSE(config.insecure);
  const auto bare = parse_kubeconfig(kGood, "config", "/home/a", "bare");
  EXPECT_EQ(bare.token.text, "s3cret");
  EXPECT_EQ(bare.ns, "default");
}

TEST(Kubeconfig, ReportsErrorsAndUnsupportedSettings) {
  EXPECT_EQ(complaint(kGood, "helper"),
            "config: user exec: exec is not supported; use a token or a client certificate");
  EXPECT_EQ(complaint(kGood, "nobody"), "config: there is no user \"missing\"");
  EXPECT_EQ(complaint(kGood, "elsewhere"), "config: there is no context \"elsewhere\"");
  EXPECT_EQ(complaint(kGood, "half"), "config: user half: client certificate and key only go together");
  EXPECT_EQ(complaint(kGood, "proxied"), "config: cluster proxied: proxy-url is not supported");
  EXPECT_EQ(complaint("a: [b"), "config: no YAML: line 1");
  EXPECT_EQ(complaint("text"), "config: no kubeconfig");
  EXPECT_EQ(complaint("kind: Config"), "config: current-context is not set");
}

class InCluster : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder);
    write("token", "t-1\n");
    write("ca.crt", "CA");
    write("namespace", "shops");
    setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
    setenv("KUBERNETES_SERVICE_PORT", "443", 1);
  }
  void TearDown() override {
    unsetenv("KUBERNETES_SERVICE_HOST");
    unsetenv("KUBERNETES_SERVICE_PORT");
    std::filesystem::remove_all(folder);
  }
  void write(const char* name, const char* text) const { std::ofstream(folder + "/" + name) << text; }
  const std::string folder = testing::TempDir() + "in_cluster_" + std::to_string(getpid());
};

TEST_F(InCluster, ReadsTheMountedServiceAccount) {
  const auto config = in_cluster(folder);
  EXPECT_EQ(config.server, "https://[fd00::1]:443");
  EXPECT_EQ(config.ns, "shops");
  EXPECT_EQ(config.token.read(), "t-1");
  write("token", "t-2");
  EXPECT_EQ(config.token.read(), "t-2");
}

TEST_F(InCluster, NamesTheMissingFile) {
  std::filesystem::remove(folder + "/token");
  try {
    in_cluster(folder);
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string(error.what()), "cannot read " + folder + "/token");
  }
  unsetenv("KUBERNETES_SERVICE_HOST");
  EXPECT_THROW(in_cluster(folder), ConfigError);
}

}  // namespace
}  // namespace kube
