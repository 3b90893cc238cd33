describe 'puppet_server' do
  let(:params) { { 'tree' => '/srv/clusterdef', 'flavour' => 'openvox', 'eyaml' => false } }

  on_each_system do |system|
    debian = system.start_with?('debian')
    home = debian ? '/etc/puppet' : '/etc/puppetlabs/puppet'
    config = debian ? '/etc/puppet/puppetserver/conf.d' : '/etc/puppetlabs/puppetserver/conf.d'
    code = debian ? '/etc/puppet/code' : '/etc/puppetlabs/code'

    it 'lets machines take files of the folders that are meant for them, and of no others' do
      is_expected.to contain_file("#{home}/fileserver.conf").with_content(%r{^\[site\]\n  path #{home}/site$})
      is_expected.to contain_file("#{home}/site").with(purge: true, recurse: true)
      is_expected.to contain_file("#{home}/site/hosts").with_ensure('link').with_target(%r{/current/hosts\z})
      is_expected.not_to contain_file("#{home}/site/puppet")
    end

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_package('openvox-server') }
    it { is_expected.to contain_service('puppetserver').with(ensure: 'running', enable: true) }

    it 'asks the published classifier' do
      asked = { path: "#{home}/puppet.conf", section: 'server', ensure: 'present' }
      is_expected.to contain_ini_setting('puppet.conf server node_terminus').with(asked.merge(value: 'exec'))
      is_expected.to contain_ini_setting('puppet.conf server external_nodes')
        .with(asked.merge(value: '/srv/clusterdef/current/enc/classifier'))
    end

    it 'writes out what newer servers no longer assume' do
      is_expected.to contain_ini_setting('puppet.conf server reports').with_value('store')
      data = system.start_with?('debian') ? '/var/lib/puppetserver' : '/opt/puppetlabs/server/data/puppetserver'
      is_expected.to contain_ini_setting('puppet.conf server reportdir').with_value("#{data}/reports")
    end

    it 'signs by tokens that only the server itself uses up' do
      is_expected.to contain_ini_setting('puppet.conf server autosign').with_value("#{home}/autosign")
      ruby = debian ? '/usr/bin/ruby' : '/opt/puppetlabs/puppet/bin/ruby'
      is_expected.to contain_file("#{home}/autosign").with(mode: '0755', content: /\A#!#{ruby} --disable-gems$/)
      is_expected.to contain_file('/var/lib/clusterdef/tokens').with(owner: 'puppet', group: 'puppet', mode: '0700')
    end

    it 'lets the server read what the installer left for its own certificate' do
      is_expected.to contain_exec('the server may read what its own certificate is to say')
        .with_command(/\Achgrp puppet '#{home}\/csr_attributes.yaml'/).that_comes_before('Service[puppetserver]')
    end

    context 'where a person signs' do
      let(:params) { super().merge('signing' => 'hand') }

      it { is_expected.to contain_ini_setting('puppet.conf server autosign').with_value('false') }
    end

    it 'lets a machine have its own things only' do
      is_expected.to contain_file("#{config}/auth.conf").with_content(%r{/puppet/v3/catalog/\(\[\^/\]\+\)\$".*\n\s+allow: \["\$1"\]})
        .that_notifies('Service[puppetserver]')
    end

    it 'has as much memory and as many instances as it was told' do
      defaults = debian ? '/etc/default/puppetserver' : '/etc/sysconfig/puppetserver'
      is_expected.to contain_ini_setting('memory of puppetserver').with(path: defaults, value: /"-Xms2048m -Xmx2048m /)
      is_expected.to contain_file("#{config}/clusterdef.conf").with_content(/max-active-instances: 2$/)
    end

    it 'reads manifests and data from the published tree' do
      place = "#{code}/environments/production"
      is_expected.to contain_file("#{place}/environment.conf").with_content(%r{^manifest = /srv/clusterdef/current/puppet/manifests$})
      is_expected.to contain_file("#{place}/hiera.yaml").with(ensure: 'link', target: '/srv/clusterdef/current/puppet/hiera.yaml')
    end

    it { is_expected.not_to contain_class('puppet_server::eyaml') }

    context 'with encrypted secrets' do
      let(:params) { super().merge('eyaml' => true) }

      # A vendor's package brings the library.
      if debian
        it 'gets the library that reads them' do
          is_expected.to contain_package('hiera-eyaml')
          is_expected.to contain_exec('the server knows hiera-eyaml')
            .with_command("ln -sfn /usr/share/rubygems-integration/all/gems/hiera-eyaml-*/lib/hiera '/var/lib/puppetserver/lib/hiera'")
            .that_requires('Package[hiera-eyaml]').that_notifies('Service[puppetserver]')
        end
      else
        it { is_expected.not_to contain_class('puppet_server::eyaml') }
      end
    end

    context 'with nodes.pp' do
      let(:params) { super().merge('classify' => 'nodes.pp') }

      it 'forgets the classifier' do
        is_expected.to contain_ini_setting('puppet.conf server node_terminus').with_ensure('absent')
        is_expected.to contain_ini_setting('puppet.conf server external_nodes').with_ensure('absent')
      end
    end

    context 'with branches' do
      let(:params) { super().merge('environments' => %w[production testing]) }

      it { is_expected.to contain_puppet_server__environment('testing') }
    end
  end
end
