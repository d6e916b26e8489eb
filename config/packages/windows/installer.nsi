; The installer for Windows: for one user, without administrator rights. `config/packages/windows/make` calls
;
;     makensis -DVERSION=0.1.0 -DFROM=FOLDER -DSETUP=FILE installer.nsi

Unicode true
Target amd64-unicode
!include MUI2.nsh
!include LogicLib.nsh
!include x64.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Unhunch"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
; The name under which Windows keeps the notifications of Unhunch: as in src/notify/windows.rs.
!define MODEL_ID "Unhunch.Unhunch"
!define MODEL "Software\Classes\AppUserModelId\${MODEL_ID}"
!define SHORTCUT "$SMPROGRAMS\Unhunch.lnk"

Name "Unhunch"
OutFile "${SETUP}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Unhunch"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
SetCompressor /SOLID lzma
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Unhunch"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Unhunch setup"
VIAddVersionKey LegalCopyright "2026 The Unhunch developers"

!define MUI_ICON "${FROM}\unhunch.ico"
!define MUI_UNICON "${FROM}\unhunch.ico"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_FINISHPAGE_RUN "$INSTDIR\unhunch.exe"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!define MUI_LANGDLL_REGISTRY_ROOT HKCU
!define MUI_LANGDLL_REGISTRY_KEY "${UNINSTALL}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "Language"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE German
!insertmacro MUI_LANGUAGE French
!insertmacro MUI_LANGUAGE Spanish
!insertmacro MUI_LANGUAGE PortugueseBR
!insertmacro MUI_LANGUAGE Dutch
!insertmacro MUI_LANGUAGE Polish
!insertmacro MUI_LANGUAGE Ukrainian
!insertmacro MUI_LANGUAGE Turkish
!insertmacro MUI_LANGUAGE Arabic
!insertmacro MUI_LANGUAGE Hindi
!insertmacro MUI_LANGUAGE Japanese
!insertmacro MUI_LANGUAGE SimpChinese
!insertmacro MUI_LANGUAGE Korean

; "true" if Unhunch ran before its files were replaced.
Var WasRunning

; A running program cannot be overwritten, so it is asked to quit, and its window is closed with it. `status` fails if it doesn't run.
!macro Quit
  StrCpy $WasRunning "false"
  ${If} ${FileExists} "$INSTDIR\unhunch.exe"
    nsExec::Exec '"$INSTDIR\unhunch.exe" status'
    Pop $0
    ${If} $0 == 0
      StrCpy $WasRunning "true"
      nsExec::Exec '"$INSTDIR\unhunch.exe" quit'
      Pop $0
      ; It ends within a second; the file can be written only then.
      StrCpy $1 0
      ${Do}
        Sleep 200
        ClearErrors
        FileOpen $0 "$INSTDIR\unhunch.exe" a
        ${IfNot} ${Errors}
          FileClose $0
          ${ExitDo}
        ${EndIf}
        IntOp $1 $1 + 1
      ${LoopUntil} $1 >= 50
    ${EndIf}
  ${EndIf}
!macroend

; Windows shows notifications only for a program whose entry in the start menu has its id.
!macro SetModelId
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("${SHORTCUT}", ${STGM_READWRITE})'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $2 P<> 0
        System::Call '*(&w64 "${MODEL_ID}") p.r3'
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID}) p.r4'
        System::Call '*(&i2 ${VT_LPWSTR}, &i6 0, p r3, &i8 0) p.r5'
        ${IPropertyStore::SetValue} $2 '($4, $5)'
        ${IPropertyStore::Commit} $2 ""
        System::Free $3
        System::Free $4
        System::Free $5
        ${IUnknown::Release} $2 ""
        ${IPersistFile::Save} $1 '("${SHORTCUT}", 1)'
      ${EndIf}
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP|MB_OK "Unhunch needs a 64-bit Windows." /SD IDOK
    Abort
  ${EndIf}
  !insertmacro MUI_LANGDLL_DISPLAY
FunctionEnd

Function un.onInit
  !insertmacro MUI_UNGETLANGUAGE
FunctionEnd

Section
  !insertmacro Quit
  SetOutPath $INSTDIR
  File "${FROM}\unhunch.exe"
  File "${FROM}\unhunch-window.exe"
  File "${FROM}\LICENSE-MIT.txt"
  File "${FROM}\LICENSE-APACHE.txt"
  CreateShortcut "${SHORTCUT}" "$INSTDIR\unhunch.exe"
  !insertmacro SetModelId
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${UNINSTALL}" DisplayName "Unhunch"
  WriteRegStr HKCU "${UNINSTALL}" DisplayVersion "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" Publisher "The Unhunch developers"
  WriteRegStr HKCU "${UNINSTALL}" DisplayIcon "$INSTDIR\unhunch.exe"
  WriteRegStr HKCU "${UNINSTALL}" InstallLocation "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" UninstallString '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" NoModify 1
  WriteRegDWORD HKCU "${UNINSTALL}" NoRepair 1
  ${If} $WasRunning == "true"
    Exec '"$INSTDIR\unhunch.exe" --at-login'
  ${EndIf}
SectionEnd

; Settings and history stay.
Section Uninstall
  !insertmacro Quit
  DeleteRegValue HKCU "${RUN}" "Unhunch"
  DeleteRegValue HKCU "${APPROVED}" "Unhunch"
  DeleteRegKey HKCU "${MODEL}"
  DeleteRegKey HKCU "${UNINSTALL}"
  Delete "${SHORTCUT}"
  Delete "$INSTDIR\unhunch.exe"
  Delete "$INSTDIR\unhunch-window.exe"
  Delete "$INSTDIR\LICENSE-MIT.txt"
  Delete "$INSTDIR\LICENSE-APACHE.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
SectionEnd
